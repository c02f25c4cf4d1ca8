// The knot of Syunik, Nakhchivan and the Aras, where many ways and closed lines lie close together: an inset while the map is too small for it.

const KNOT = { title: "Syunik, Nakhchivan, the Aras", west: 43.6, south: 38.1, east: 49.4, north: 41.9 };
const LEGIBLE = 26; // pixels a unit at which the map itself can be read there

function createInset({ page, project, symbols, view, go }) {
  const node = layer("inset"), button = document.querySelector("[data-zoom=knot]");
  const edge = d3.range(0, 1.01, 0.1).flatMap((part) => {
    const lon = KNOT.west + part * (KNOT.east - KNOT.west), lat = KNOT.south + part * (KNOT.north - KNOT.south);
    return [[lon, KNOT.south], [lon, KNOT.north], [KNOT.west, lat], [KNOT.east, lat]];
  });
  const box = boundsOf(edge.map(project)), width = 292, height = 236;
  const k = Math.min(width / (box[2] - box[0]), height / (box[3] - box[1]));
  const at = { k, x: width / 2 - ((box[0] + box[2]) / 2) * k, y: height / 2 - ((box[1] + box[3]) / 2) * k, width, height };
  const holds = ([x, y]) => x > box[0] && x < box[2] && y > box[1] && y < box[3];
  const svg = node.querySelector("svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  node.querySelector("span").textContent = KNOT.title;
  const world = `translate(${at.x.toFixed(2)} ${at.y.toFixed(2)}) scale(${k.toFixed(4)})`;
  const under = shape("g", { transform: world }, ...["land", "borders", "disputed", "coast", "network", "others"].map((id) => shape("use", { href: "#" + id })));
  const casing = shape("g", { transform: world, class: "casing" }), lines = shape("g", { transform: world });
  const marks = shape("g", { transform: `translate(${at.x.toFixed(2)} ${at.y.toFixed(2)})` });
  svg.append(under, casing, lines, marks);
  node.addEventListener("click", () => go(box));
  button.addEventListener("click", () => go(box));
  const drawn = new Map();
  let relevant = false, raised = null;

  function update(entries, stops) {
    drawn.clear();
    relevant = [...entries.values()].some(({ segments }) => segments.some(({ a }) => holds(a)));
    button.hidden = !relevant;
    casing.replaceChildren();
    lines.replaceChildren();
    marks.replaceChildren();
    if (!relevant) return place(entries);
    for (const entry of entries.values()) {
      const legs = shiftedLegs(entry.segments, entry.legs, k), parts = legs.flat().map((points) => ({ points, box: boundsOf(points) }));
      const d = parts.filter(({ box: [x0, y0, x1, y1] }) => x0 < box[2] && x1 > box[0] && y0 < box[3] && y1 > box[1]).map(({ points }) => pathOf(points)).join("");
      if (!d) continue;
      const group = paint(shape("g", { class: `route ${dashOf(entry.colour)}` }, shape("path", { d })), entry.colour), halo = shape("path", { d });
      lines.append(group);
      casing.append(halo);
      drawn.set(entry.number, { group, halo, parts });
    }
    const crossings = (area) => [...drawn.values()].filter(({ parts }) => parts.some((part) => crosses(part, area, k))).length;
    const room = createPlacing(at, crossings), put = (symbol, xy) => { symbol.setAttribute("transform", `translate(${xy[0].toFixed(1)} ${xy[1].toFixed(1)})`); marks.append(symbol); };
    const inside = symbols.filter((symbol) => holds(symbol.at)), scaled = ([x, y]) => [x * k, y * k], crossed = [];
    for (const symbol of inside.filter(({ kind, link }) => kind === "closed" && !link.is_open)) {
      const xy = crossAt(symbol, k);
      if (crossed.some((other) => distance(other, xy) < 9)) continue;
      crossed.push(xy);
      put(symbolOf("closed"), xy);
      room.keep(xy, 4);
    }
    const met = stops.filter((stop) => holds(stop.at));
    for (const stop of met) {
      put(shape("circle", { class: "stop", r: 2.8 }), scaled(stop.at));
      room.keep(scaled(stop.at), 3.5);
    }
    for (const stop of met) room.name(stop.name, scaled(stop.at), 5, 11, stop.end ? 700 : 500, "stop-name");
    for (const symbol of inside.filter(({ rank, kind }) => kind !== "closed" && rank <= 2)) {
      if (!met.some((stop) => same(stop.at, symbol.at))) put(symbolOf("city"), scaled(symbol.at));
      room.name(String(symbol.words()[0]), scaled(symbol.at), 4, 10, 400, "node-name");
    }
    marks.append(...room.names);
    place(entries);
  }

  // In the corner where it hides least of the routes; not where the map itself can be read, and not on a small screen.
  function place(entries) {
    const fits = view.width > 620 && view.height > 420;
    node.hidden = !relevant || !fits || view.k > LEGIBLE;
    if (node.hidden) return;
    const across = width + 14, down = height + 40;
    const corners = { "bottom-right": [view.width - across, view.height - down], "bottom-left": [0, view.height - down], "top-left": [0, 0] };
    // What is raised weighs more than the rest, and the ends of routes most.
    const screen = ([x, y]) => [x * view.k + view.x, y * view.k + view.y], weighed = [];
    for (const entry of entries.values()) {
      const weight = entry.number === raised ? 40 : 1;
      for (const { a } of entry.segments) weighed.push([screen(a), weight]);
      for (const stop of entry.stops) if (stop.end) weighed.push([screen(stop.at), 4000]);
    }
    const hidden = (corner) => d3.sum(weighed, ([[x, y], weight]) => (x > corner[0] && x < corner[0] + across && y > corner[1] && y < corner[1] + down ? weight : 0));
    node.dataset.corner = d3.least(Object.keys(corners), (name) => hidden(corners[name]));
    // A button leads to the knot too: rather no inset than one that covers the way itself.
    const covered = hidden(corners[node.dataset.corner]), plain = d3.sum(weighed, ([, weight]) => (weight < 4000 ? weight : 0));
    node.hidden = covered >= 4000 || covered > 0.15 * plain;
  }

  function mark(number) {
    raised = number;
    lines.classList.toggle("chosen", drawn.has(raised));
    for (const [route, { group, halo }] of drawn) {
      group.classList.toggle("on", route === raised);
      if (route === raised) { lines.append(group); casing.append(halo); }
    }
  }
  return { update, mark, place };
}
