// What lies under the routes and never changes: seas, land, boundaries, the network.

function drawBase({ page, outlines, path, shapes, pointer }) {
  const arcs = decodeArcs(outlines);
  const times = new Array(arcs.length).fill(0);
  const disputed = new Set((outlines.disputed ?? []).flatMap(({ arcs: numbers }) => numbers));
  const solid = (polygon) => {
    const rings = polygon.map((ring) => ringPoints(ring, arcs)).filter((ring) => ring.length > 3);
    // A ring that runs the wrong way round would be the world without a country.
    for (const ring of rings.slice(0, 1)) if (d3.geoArea({ type: "Polygon", coordinates: [ring] }) > 2 * Math.PI) ring.reverse();
    return rings;
  };
  const polygons = outlines.countries.flatMap((country) => country.polygons);
  for (const polygon of polygons) for (const ring of polygon) for (const i of ring) times[i < 0 ? ~i : i]++;
  const lines = (passes) => path({ type: "MultiLineString", coordinates: arcs.filter((_, i) => passes(i)) }) ?? "";
  layer("sphere").setAttribute("d", path({ type: "Sphere" }));
  const land = polygons.map(solid).filter((rings) => rings.length);
  layer("land").setAttribute("d", land.map((coordinates) => path({ type: "Polygon", coordinates }) ?? "").join(""));
  layer("coast").setAttribute("d", lines((i) => times[i] === 1));
  layer("borders").setAttribute("d", lines((i) => times[i] > 1 && !disputed.has(i)));
  for (const { name, what, arcs: numbers, lines: own } of outlines.disputed ?? []) {
    const coordinates = [...numbers.map((i) => arcs[i]), ...(own ?? []).map((i) => arcs[i])];
    const line = shape("path", { class: "disputed", d: path({ type: "MultiLineString", coordinates }) ?? "" });
    const hit = line.cloneNode();
    hit.setAttribute("class", "disputed-hit");
    hit.addEventListener("pointerenter", (event) => page.say([name, what], pointer(event)));
    hit.addEventListener("pointerleave", () => page.say(null));
    layer("disputed").append(line);
    layer("hits").append(hit);
  }
  // How many of the routes that are kept run here; counted when a group is first asked.
  let runs = null;
  const linesOf = (route) => new Set((route.legs ?? []).flatMap((i) => page.data.legs[i].lines.map((line) => (line < 0 ? ~line : line))));
  const passed = (link) => {
    runs ??= page.routes.map(linesOf);
    const numbers = link.lines.map((line) => (line < 0 ? ~line : line)), here = [...page.kept].filter((i) => numbers.some((line) => runs[i].has(line)));
    const names = here.slice(0, 6).map((i) => page.routes[i].name).join(", ");
    return here.length ? `On ${here.length} of ${page.kept.size} routes: ${names}${here.length > 6 ? ", \u2026" : ""}` : "";
  };
  page.on("group", () => {
    runs = null;
    for (const { link, line } of drawn) line.setAttribute("class", `link ${modeClass(link.mode)} ${link.is_open ? "open" : "closed"}`);
  });
  const drawn = [];
  for (const link of page.data.links) {
    const d = link.lines.map((i) => pathOf(shapes[i < 0 ? ~i : i])).join("");
    const line = shape("path", { d });
    layer("network").append(line);
    drawn.push({ link, line, d });
    const hit = shape("path", { class: "link-hit", d });
    hit.addEventListener("pointerenter", (event) => page.say([...linkWords(link, page.data).slice(0, 2), passed(link), ...linkWords(link, page.data).slice(2)], pointer(event)));
    hit.addEventListener("pointerleave", () => page.say(null));
    layer("hits").append(hit);
  }  page.on("trace", () => layer("traced").replaceChildren(...drawn.filter(({ link }) => link.corridors?.includes(page.traced)).map(({ d }) => shape("path", { d }))));
}
