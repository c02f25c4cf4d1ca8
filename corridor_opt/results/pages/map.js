// The map: draws outlines, network and routes, and moves them. It tells the page what is pointed at, and knows no list.

const MODES = ["sea", "ferry", "waterway", "rail", "road"];
const COLOURS = 7;
const svgNode = document.getElementById("map");

// Every text goes through here, as a text node: a name can never become markup.
function make(tag, attributes = {}, ...children) {
  const node = typeof tag === "string" ? document.createElement(tag) : document.createElementNS(svgNode.namespaceURI, tag[0]);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
const shape = (tag, attributes, ...children) => make([tag], attributes, ...children);
const layer = (id) => document.getElementById(id);

function paint(node, number) {
  node.style.setProperty("--colour", `var(--route-${number % COLOURS})`);
  return node;
}
const dashOf = (number) => "dash-" + (Math.floor(number / COLOURS) % 4);
const badgeText = (route, number) => (String(route.name ?? "").length <= 3 && route.name) || String(number + 1);
const modeClass = (mode) => (MODES.includes(mode) ? mode : "stop");

const ruler = document.createElement("canvas").getContext("2d");
const widths = new Map();
function textWidth(text, font) {
  const key = font + text;
  if (!widths.has(key)) {
    ruler.font = font;
    widths.set(key, ruler.measureText(text).width);
  }
  return widths.get(key);
}
const FONT = 'system-ui, "Noto Sans", "Liberation Sans", Arial, sans-serif';

function createMap({ outlines, shapes, links, nodes, on }) {
  const view = { k: 4, x: 0, y: 0, width: 1, height: 1, moved: false };
  let routes = [], stops = [];        // of the group shown
  let chosen = null, legOn = null, drawnScale = 0, waiting = 0;

  // ---- what never changes: land, borders, network, nodes
  const arcs = decodeArcs(outlines);
  const times = new Array(arcs.length).fill(0);
  const rings = outlines.countries.flatMap((country) => country.rings);
  for (const ring of rings) for (const i of ring) times[i < 0 ? ~i : i]++;
  layer("land").setAttribute("d", rings.map((ring) => pathOf(ringPoints(ring, arcs), true)).join(""));
  layer("coast").setAttribute("d", arcs.filter((_, i) => times[i] === 1).map((arc) => pathOf(arc)).join(""));
  layer("borders").setAttribute("d", arcs.filter((_, i) => times[i] > 1).map((arc) => pathOf(arc)).join(""));

  for (const link of links) {
    const d = link.lines.map((i) => pathOf(shapes[i < 0 ? ~i : i])).join("");
    layer("network").append(shape("path", { class: `link ${modeClass(link.mode)} ${link.is_open ? "open" : "closed"}`, d }));
    const hit = shape("path", { class: "link-hit", d });
    hit.addEventListener("pointerenter", (event) => on.link(link, event));
    hit.addEventListener("pointerleave", on.leave);
    layer("hits").append(hit);
  }
  const importance = ["seaport", "city", "dry-port"];
  const placed = nodes.map((node) => {
    const circle = shape("circle", { r: 2 });
    circle.addEventListener("pointerenter", (event) => on.node(node, event));
    circle.addEventListener("pointerleave", on.leave);
    layer("nodes").append(circle);
    return { node, circle, at: project([node.lon, node.lat]), rank: importance.includes(node.kind) ? 0 : 1 };
  });
  placed.sort((one, other) => one.rank - other.rank);
  const countries = outlines.countries.filter((country) => country.label).map(({ name, label, room }) => ({ name: name.toUpperCase(), at: project(label), room }));

  // ---- routes of a group
  function stopsOf({ route, segments }) {
    const stops = new Map();
    route.legs.forEach((leg, number) => {
      const own = segments.filter((segment) => segment.leg === number);
      if (!own.length) return;
      for (const [name, at] of [[leg.from, own[0].a], [leg.to, own[own.length - 1].b]]) stops.set(at.join(), { name: String(name ?? ""), at, end: false });
    });
    const list = [...stops.values()];
    if (list.length) {
      const ends = [segments[0].a.join(), segments[segments.length - 1].b.join()];
      for (const end of ends) if (stops.has(end)) stops.get(end).end = true;
    }
    return list;
  }

  function show(list) {
    for (const id of ["casing", "lines", "stops", "badges"]) layer(id).replaceChildren();
    for (const old of layer("hits").querySelectorAll(".leg-hit")) old.remove();
    routes = list.map((route, number) => ({ route, number, segments: segmentsOf(route, shapes) }));
    assignLanes(routes.map(({ segments }) => segments));
    const seen = new Map();
    for (const entry of routes) {
      const { route, number } = entry;
      entry.casing = shape("g");
      entry.group = paint(shape("g", { class: `route ${dashOf(number)}`, "data-route": number }), number);
      entry.legs = route.legs.map((leg, legNumber) => {
        const casing = shape("path"), line = shape("path");
        const hit = shape("path", { class: "leg-hit", "data-route": number, "data-leg": legNumber });
        hit.addEventListener("pointerenter", (event) => on.leg(number, legNumber, event));
        hit.addEventListener("pointermove", (event) => on.leg(number, legNumber, event));
        hit.addEventListener("pointerleave", on.leave);
        hit.addEventListener("focus", () => on.leg(number, legNumber, null));
        hit.addEventListener("blur", on.leave);
        hit.addEventListener("click", (event) => on.choose(number, legNumber, event));
        return { casing, line, hit };
      });
      entry.casing.append(...entry.legs.map(({ casing }) => casing));
      entry.group.append(...entry.legs.map(({ line }) => line));
      entry.badge = paint(shape("g", { class: "badge" }, shape("circle", { r: 9.5 }), shape("text", {}, badgeText(route, number))), number);
      entry.badge.addEventListener("click", (event) => on.choose(number, null, event));
      entry.badge.addEventListener("pointerenter", () => on.route(number));
      entry.badge.addEventListener("pointerleave", on.leave);
      layer("casing").append(entry.casing);
      layer("lines").append(entry.group);
      layer("badges").append(entry.badge);
      layer("hits").append(...entry.legs.map(({ hit }) => hit));
      entry.stops = stopsOf(entry);
      for (const stop of entry.stops) {
        const key = stop.at.join();
        if (!seen.has(key)) seen.set(key, { ...stop, circle: shape("g", {}, shape("circle")), routes: new Set() });
        seen.get(key).routes.add(number);
        if (stop.end) seen.get(key).end = true;
      }
    }
    stops = [...seen.values()];
    for (const stop of stops) {
      stop.circle.setAttribute("class", stop.end ? "end" : "");
      stop.circle.firstChild.setAttribute("r", stop.end ? 5.5 : 3.4);
      layer("stops").append(stop.circle);
    }
    chosen = legOn = null;
    drawnScale = 0;
    const box = routesBox();
    if (!view.moved || !inView(box)) fit();
    mark(null, null);
  }
  // ---- highlight: one route, perhaps one leg of it
  function mark(number, leg, keyboard) {
    chosen = number;
    legOn = leg;
    const any = number !== null;
    for (const id of ["lines", "casing", "badges"]) layer(id).classList.toggle("chosen", any);
    for (const entry of routes) {
      const on = entry.number === number;
      for (const node of [entry.group, entry.casing, entry.badge]) node.classList.toggle("on", on);
      entry.legs.forEach(({ line, hit }, i) => {
        line.classList.toggle("on", on && i === leg);
        if (keyboard !== undefined) {
          const reachable = entry.number === keyboard && line.hasAttribute("d");
          if (reachable) hit.setAttribute("tabindex", 0);
          else hit.removeAttribute("tabindex");
        }
      });
      if (on) {
        layer("lines").append(entry.group);
        layer("casing").append(entry.casing);
        layer("badges").append(entry.badge);
      }
    }
    for (const stop of stops) stop.circle.classList.toggle("off", any && !stop.routes.has(number));
    refresh(true);
  }

  // ---- view
  const routesBox = () => boundsOf(routes.flatMap(({ segments }) => segments.flatMap(({ a, b }) => [a, b]))) ?? boundsOf(placed.map(({ at }) => at)) ?? boundsOf(arcs.flat());
  const toScreen = ([x, y]) => [x * view.k + view.x, y * view.k + view.y];
  function inView(box) {
    const [x0, y0] = toScreen([box[0], box[1]]), [x1, y1] = toScreen([box[2], box[3]]);
    return x0 >= 0 && y0 >= 0 && x1 <= view.width && y1 <= view.height;
  }
  // Show all routes, or one, or one leg of it; a leg without a line is the place where it happens.
  function fit(number = null, leg = null) {
    const box = number === null ? routesBox() : boundsOf(pointsOf(number, leg));
    if (!box) return;
    const [x0, y0, x1, y1] = box, least = number === null ? 2 : 0.8;
    const side = Math.min(70, view.width * 0.11), top = Math.min(56, view.height * 0.1);
    const k = Math.min((view.width - 2 * side) / Math.max(x1 - x0, least), (view.height - 2 * top) / Math.max(y1 - y0, least));
    view.k = Math.min(Math.max(k, 0.5), 120);
    view.x = view.width / 2 - ((x0 + x1) / 2) * view.k;
    view.y = view.height / 2 - ((y0 + y1) / 2) * view.k;
    view.moved = number !== null;
    refresh(true);
  }
  function pan(dx, dy) {
    view.x = Math.min(Math.max(view.x + dx, view.width / 2 - 180 * view.k), view.width / 2 + 180 * view.k);
    view.y = Math.min(Math.max(view.y + dy, view.height / 2 - 110 * view.k), view.height / 2 + 130 * view.k);
    view.moved = true;
    refresh();
  }
  function zoom(factor, at = [view.width / 2, view.height / 2]) {
    const k = Math.min(Math.max(view.k * factor, 0.5), 900);
    view.x = at[0] - ((at[0] - view.x) * k) / view.k;
    view.y = at[1] - ((at[1] - view.y) * k) / view.k;
    view.k = k;
    pan(0, 0);
  }
  function resize() {
    const { clientWidth: width, clientHeight: height } = svgNode;
    if (!width || !height || (width === view.width && height === view.height)) return;
    view.x += (width - view.width) / 2;
    view.y += (height - view.height) / 2;
    Object.assign(view, { width, height });
    svgNode.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (view.moved) refresh(true);
    else fit();
  }

  function refresh(names = false) {
    if (names) drawnScale = -Math.abs(drawnScale);
    waiting ||= requestAnimationFrame(draw);
  }
  function draw() {
    waiting = 0;
    layer("world").setAttribute("transform", `translate(${view.x.toFixed(2)} ${view.y.toFixed(2)}) scale(${view.k.toFixed(5)})`);
    layer("marks").setAttribute("transform", `translate(${view.x.toFixed(2)} ${view.y.toFixed(2)})`);
    if (drawnScale === view.k) return;
    if (Math.abs(drawnScale) !== view.k) drawRoutes();
    drawnScale = view.k;
    drawMarks();
  }
  function drawRoutes() {
    for (const entry of routes) {
      const legs = shiftedLegs(entry.segments, entry.route.legs, view.k);
      entry.parts = legs.flat().map((points) => ({ points, box: boundsOf(points) }));
      entry.legs.forEach(({ casing, line, hit }, i) => {
        const d = legs[i].map((part) => "M" + part.map(([x, y]) => x.toFixed(4) + " " + y.toFixed(4)).join("L")).join("");
        for (const path of [casing, line, hit]) if (d) path.setAttribute("d", d);
      });
    }
  }

  // ---- marks: circles, names and numbers keep their size, so they are set anew for every scale; names only where there is room
  function drawMarks() {
    const k = view.k, taken = [];
    const scaled = ([x, y]) => [x * k, y * k];
    const free = (box) => taken.every((other) => box[2] <= other[0] || box[0] >= other[2] || box[3] <= other[1] || box[1] >= other[3]);
    const inside = ([x0, y0, x1, y1]) => x0 + view.x >= 2 && y0 + view.y >= 2 && x1 + view.x <= view.width - 2 && y1 + view.y <= view.height - 2;
    // How many routes a name would cover; out of sight nobody minds.
    const crossings = (box) => (inside(box) ? routes.filter(({ parts }) => parts.some((part) => crosses(part, box, k))).length : 0);
    const put = (circle, at) => circle.setAttribute("transform", `translate(${at[0].toFixed(1)} ${at[1].toFixed(1)})`);
    const around = ([x, y], r) => [x - r, y - r, x + r, y + r];

    for (const stop of stops) {
      stop.xy = scaled(stop.at);
      put(stop.circle, stop.xy);
      taken.push(around(stop.xy, stop.end ? 6 : 4));
    }
    const known = new Set(stops.map(({ at }) => at.join()));
    const small = Math.min(3, Math.max(1.1, 0.9 + k / 14));
    for (const entry of placed) {
      entry.xy = scaled(entry.at);
      entry.circle.setAttribute("r", small.toFixed(1));
      entry.circle.style.display = known.has(entry.at.join()) ? "none" : "";
      put(entry.circle, entry.xy);
    }

    const names = [], said = new Set();
    function name(text, [x, y], gap, size, weight, className) {
      if (said.has(text)) return;
      const font = `${weight} ${size}px ${FONT}`, width = textWidth(text, font), half = size * 0.62;
      const centres = [[x + gap + width / 2, y], [x - gap - width / 2, y], [x, y + gap + half], [x, y - gap - half]];
      let best = null, least = Infinity;
      centres.forEach(([cx, cy], order) => {
        const box = [cx - width / 2 - 2, cy - half, cx + width / 2 + 2, cy + half];
        const pain = order + 3 * crossings(box) + (inside(box) ? 0 : 1000);
        if (pain < least && free(box)) [best, least] = [{ box, cx, cy }, pain];
      });
      if (!best) return;
      said.add(text);
      taken.push(best.box);
      // Anchors swap sides in a right-to-left name, so every name is hung up by its middle.
      const place = { x: best.cx.toFixed(1), y: best.cy.toFixed(1), "text-anchor": "middle", "dominant-baseline": "central" };
      names.push(shape("text", { class: className, ...place, style: `font: ${font}` }, text));
    }
    const relevant = (stop) => chosen === null || stop.routes.has(chosen);
    for (const stop of stops) if (stop.end) name(stop.name, stop.xy, 9, view.width < 500 ? 12 : 14, 700, "end-name");
    drawBadges(taken, free);
    for (const stop of stops) if (!stop.end && relevant(stop)) name(stop.name, stop.xy, 6, 12, 500, "stop-name");
    if (k > 12) for (const { node, at, xy, rank } of placed) if (!known.has(at.join()) && (rank === 0 || k > 30)) name(String(node.name), xy, 5, 11, 400, "node-name");
    layer("names").replaceChildren(...names);

    const labels = [];
    for (const { name: text, at, room } of countries) {
      const size = Math.min(15, Math.max(9.5, (room * k) / 14)), font = `500 ${size}px ${FONT}`;
      const width = textWidth(text, font) + text.length * size * 0.09, [x, middleY] = scaled(at);
      if (width > room * k * 1.45) continue;
      let best = null, least = 2;
      for (const step of [0, 0.15, -0.15, 0.3, -0.3]) {
        const y = middleY + step * room * k, box = [x - width / 2, y - size * 0.6, x + width / 2, y + size * 0.6];
        const pain = crossings(box);
        if (pain < least && free(box)) [best, least] = [{ box, y }, pain];
      }
      if (!best) continue;
      taken.push(best.box);
      labels.push(shape("text", { x: x.toFixed(1), y: best.y.toFixed(1), style: `font: ${font}` }, text));
    }
    layer("countries").replaceChildren(...labels);
  }

  // The number of a route stands where it runs most alone, and away from other numbers.
  function drawBadges(taken, free) {
    const numbers = [];
    for (const { segments, badge } of routes) {
      let best = null, most = -Infinity;
      const length = segments.reduce((sum, { a, b }) => sum + distance(a, b), 0);
      let passed = 0, next = 0;
      for (const { a, b, shared } of segments) {
        passed += distance(a, b);
        if (passed < next) continue;
        next = passed + length / 60;
        const at = middle(a, b), xy = [at[0] * view.k, at[1] * view.k];
        const [sx, sy] = toScreen(at);
        const seen = sx > 14 && sy > 14 && sx < view.width - 14 && sy < view.height - 14;
        const apart = Math.min(90, ...numbers.map((other) => distance(other, xy)));
        const clear = free([xy[0] - 11, xy[1] - 11, xy[0] + 11, xy[1] + 11]);
        const score = apart - 30 * shared + (seen ? 200 : 0) + (clear ? 100 : 0) - 40 * Math.abs(passed / length - 0.55);
        if (score > most) [best, most] = [xy, score];
      }
      badge.style.display = best ? "" : "none";
      if (!best) continue;
      numbers.push(best);
      taken.push([best[0] - 11, best[1] - 11, best[0] + 11, best[1] + 11]);
      badge.setAttribute("transform", `translate(${best[0].toFixed(1)} ${best[1].toFixed(1)})`);
    }
  }

  // The points of a route, or of a leg of it; a leg without a line has one, where the leg before it ends.
  function pointsOf(number, leg) {
    const { segments } = routes[number];
    const own = leg === null ? segments : segments.filter((segment) => segment.leg === leg);
    if (own.length) return own.flatMap(({ a, b }) => [a, b]);
    const before = segments.filter((segment) => segment.leg < leg).pop();
    return before ? [before.b] : segments.slice(0, 1).map(({ a }) => a);
  }
  // Where a tooltip of a leg goes when nothing points at it.
  function placeOf(number, leg) {
    const points = pointsOf(number, leg);
    return points.length ? toScreen(points[Math.floor(points.length / 2)]) : null;
  }

  listen({ pan, zoom, fit: () => fit(), leave: on.leave, settle: () => refresh(true) });
  new ResizeObserver(resize).observe(svgNode);
  resize();
  return { show, mark, placeOf, fit };
}
