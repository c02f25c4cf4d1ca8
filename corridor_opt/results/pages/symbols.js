// Symbols of places, and the crosses on closed links. They keep their size at every zoom.

// Ports are circles with a bar, dry ports squares, border crossings bars, chokepoints hourglasses, cities points; closed links have a cross.
const GLYPHS = {
  seaport: "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0ZM0 -4V4M-2.6 1.6Q0 4.4 2.6 1.6",
  "dry-port": "M-3.3 -3.3H3.3V3.3H-3.3Z",
  "border-post": "M-3.6 0L0 -3.6L3.6 0L0 3.6Z",
  city: "M-2.2 0A2.2 2.2 0 1 0 2.2 0A2.2 2.2 0 1 0 -2.2 0Z",
  chokepoint: "M-5 -5.5H5L-5 5.5H5Z",
  closed: "M-4 -4L4 4M4 -4L-4 4",
};
const glyphOf = (kind) => GLYPHS[kind] ?? GLYPHS.city;
const symbolOf = (kind, x = 0, y = 0) => shape("g", { class: `symbol ${kind in GLYPHS ? kind : "city"}`, transform: `translate(${x} ${y})` },
  ...(kind === "closed" ? [shape("path", { class: "under", d: glyphOf(kind) })] : []), shape("path", { d: glyphOf(kind) }));

// Where a line of the plane has gone half of its way, and the direction across it there.
function halfWay(points) {
  const whole = points.reduce((sum, point, i) => sum + (i ? distance(points[i - 1], point) : 0), 0);
  let left = whole / 2;
  for (let i = 1; i < points.length; i++) {
    const step = distance(points[i - 1], points[i]);
    if (step >= left && step > 0) {
      const [dx, dy] = [0, 1].map((axis) => (points[i][axis] - points[i - 1][axis]) / step);
      return { at: [points[i - 1][0] + dx * left, points[i - 1][1] + dy * left], across: [-dy, dx] };
    }
    left -= step;
  }
  return { at: points[0], across: [0, 1] };
}

const crossAt = ({ at, across, aside = 0 }, k) => [0, 1].map((axis) => at[axis] * k + (aside && across ? across[axis] * aside : 0));

const linkWords = (link, data) => [
  link.name || link.id,
  capital(`${link.mode} ${link.kind === "crossing" ? "border crossing" : "link"}, ${link.status}`),
  link.is_open || !link.closed_by || link.closed_by === link.status ? "" : `Closed: ${link.closed_by}`,
  link.note,
  link.corridors?.length ? `Corridors: ${link.corridors.join(", ")}` : "",
  ...sourceLines(data, link.sources),
];
const placeWords = (place, data) => [place.name, [capital(String(place.kind ?? "").replace("-", " ")), place.country && countryName(place.country)].filter(Boolean).join(", "), place.note, ...sourceLines(data, place.sources)];

// All symbols of a page: {kind, at, words, node, rank}. Chokepoints and crosses can be reached by keyboard: one tab stop, arrow keys go on.
function createSymbols({ page, project, shapes, focused }) {
  const { nodes, links, chokepoints } = page.data;
  const stage = layer("stage");
  const pointer = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const symbols = [], reachable = [];
  function add(kind, at, words, rank, where, keyboard) {
    const node = symbolOf(kind);
    node.append(shape("circle", { class: "reach", r: 8 }));
    const symbol = { kind, at, words, node, rank, xy: at };
    node.addEventListener("pointerenter", (event) => page.say(words(), pointer(event)));
    node.addEventListener("pointerleave", () => page.say(null));
    if (keyboard) {
      node.setAttribute("role", "img");
      node.setAttribute("aria-label", words().filter(Boolean).join(". "));
      node.setAttribute("tabindex", reachable.length ? -1 : 0);
      reachable.push(symbol);
      node.addEventListener("focus", () => page.say(words(), focused(symbol)));
      node.addEventListener("blur", () => page.say(null));
      node.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        const seen = reachable.filter((other) => other.node.style.display !== "none");
        const next = seen[(seen.indexOf(symbol) + step + seen.length) % seen.length];
        for (const other of reachable) other.node.setAttribute("tabindex", other === next ? 0 : -1);
        next.node.focus();
      });
    }
    layer(where).append(node);
    symbols.push(symbol);
    return symbol;
  }
  const ranks = { seaport: 1, city: 1, "dry-port": 2, junction: 3, "border-post": 3 };
  for (const one of nodes) add(one.kind, project([one.lon, one.lat]), () => placeWords(one, page.data), one.unnamed ? 4 : ranks[one.kind] ?? 3, "nodes", false);
  for (const one of chokepoints) add("chokepoint", project([one.lon, one.lat]), () => placeWords(one, page.data), 0, "chokepoints", true);
  const everClosed = new Set(page.data.groups.flatMap(({ closed }) => Object.keys(closed ?? {}).map(Number)));
  for (const [i, link] of links.entries()) {
    if (link.is_open && !everClosed.has(i)) continue;
    const line = link.lines.map((i) => shapes[i < 0 ? ~i : i]).find((points) => points.length > 1);
    const end = nodes.find((one) => link.name.startsWith(one.name));
    const { at, across } = line ? halfWay(line) : { at: end && project([end.lon, end.lat]), across: [0, 1] };
    if (at) Object.assign(add("closed", at, () => linkWords(link, page.data), /planned|missing|construction/.test(link.status) ? 2 : 1, "crosses", true), { link, across });
  }
  page.on("group", () => {
    const lineOf = (i) => (i < 0 ? ~i : i), open = new Set(links.filter((link) => link.is_open).flatMap((link) => link.lines.map(lineOf)));
    for (const symbol of reachable) {
      const { node, words, link } = symbol;
      if (!link) continue;
      node.setAttribute("aria-label", words().filter(Boolean).join(". "));
      // A closed railway beside an open road: its cross stands beside the line.
      symbol.aside = link.lines.some((i) => open.has(lineOf(i))) ? 11 : 0;
    }
  });
  symbols.sort((one, other) => one.rank - other.rank);
  return { symbols, pointer };
}
