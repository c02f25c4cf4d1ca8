// The map: draws the routes over the base and moves. What is in colour, chosen or pointed at stands in the page's state.

function createMap({ page, outlines, seas }) {
  const { data } = page;
  const view = { k: 4, x: 0, y: 0, width: 1, height: 1, moved: false };
  const legsOf = (route) => (route.legs ?? []).map((i) => data.legs[i]);
  const linesOf = (number) => [...new Set(legsOf(page.routes[number]).flatMap((leg) => leg.lines.map((i) => (i < 0 ? ~i : i))))];
  const first = data.groups.flatMap(({ routes }) => routes.filter((route) => route.shown !== false));
  const places = first.flatMap((route) => legsOf(route).flatMap((leg) => leg.lines.flatMap((i) => data.shapes[i < 0 ? ~i : i])));
  const { project, projectLine, path } = createProjection(places.length ? places : data.nodes.map((node) => [node.lon, node.lat]));
  const shapes = data.shapes.map(projectLine);
  const { symbols, pointer } = createSymbols({ page, project, shapes, focused: (symbol) => toScreen(symbol.at) });
  drawBase({ page, outlines, path, shapes, pointer });
  const area = (text, point, room) => ({ text, at: project(point), room });
  const countries = outlines.countries.filter((country) => country.label).map(({ name, label, room }) => area(name.toUpperCase(), label, room));
  const waters = seas.map(({ name, lon, lat, room, rank }) => ({ ...area(name, [lon, lat], room), rank })).sort((a, b) => a.rank - b.rank);

  let entries = new Map();  // position of a route in colour -> what draws it
  let stops = [], drawnScale = 0, waiting = 0, settling = 0, raised = null;
  const cache = new Map(), others = new Map();
  const inset = createInset({ page, project, symbols, view, go: (box) => { fitBox(box, 0.5); view.moved = true; } });

  // ---- routes of a group
  function partsOf(number) {
    if (!cache.has(number)) cache.set(number, segmentsOf(legsOf(page.routes[number]), shapes));
    return cache.get(number).map((segment) => ({ ...segment }));
  }
  function stopsOf(legs, segments) {
    const found = new Map();
    legs.forEach((leg, number) => {
      const own = segments.filter((segment) => segment.leg === number);
      if (!own.length) return;
      for (const [name, at] of [[leg.from, own[0].a], [leg.to, own[own.length - 1].b]]) found.set(at.join(), { name: String(name ?? ""), at, end: false });
    });
    const list = [...found.values()];
    if (list.length) for (const end of [segments[0].a.join(), segments[segments.length - 1].b.join()]) if (found.has(end)) found.get(end).end = true;
    return list;
  }
  const legWords = (leg) => `${arrow(leg.from, leg.to)}, ${wayOf(leg)}, ${sentence(leg.values)}`;
  function createEntry(number, colour) {
    const route = page.routes[number], legs = legsOf(route), segments = partsOf(number);
    const entry = { number, colour, route, legs, segments, casing: shape("g"), group: paint(shape("g", { class: `route ${dashOf(colour)}`, "data-route": number }), colour), stops: stopsOf(legs, segments) };
    entry.group.style.strokeDashoffset = (colour % COLOURS) * 3; // dashes of neighbours do not fall in step
    entry.paths = legs.map((leg, i) => {
      const casing = shape("path"), line = shape("path"), over = shape("path", { class: `over ${legClass(leg)}` });
      const hit = shape("path", { class: "leg-hit", "data-route": number, "data-leg": i });
      for (const kind of ["pointerenter", "pointermove"]) hit.addEventListener(kind, (event) => page.point(number, i, pointer(event)));
      hit.addEventListener("pointerleave", () => page.point(null));
      hit.addEventListener("focus", () => page.point(number, i));
      hit.addEventListener("blur", () => page.point(null));
      hit.addEventListener("click", (event) => { page.choose(number); page.point(number, i, pointer(event)); });
      return { casing, line, over, hit };
    });
    entry.casing.append(...entry.paths.map(({ casing }) => casing));
    entry.group.append(...entry.paths.map(({ line }) => line), ...entry.paths.map(({ over }) => over));
    entry.node = paint(shape("g", { class: "badge", "data-route": number }, ...badgeShapes(badgeText(route, number))), colour);
    entry.node.addEventListener("click", () => page.choose(number));
    entry.node.addEventListener("pointerenter", () => page.point(number));
    entry.node.addEventListener("pointerleave", () => page.point(null));
    return entry;
  }
  function drop(entry) {
    for (const node of [entry.casing, entry.group, entry.node, ...entry.paths.map(({ hit }) => hit)]) node.remove();
  }

  // Routes in colour as the page has them now; all others that are kept are thin and grey, each line once.
  function update() {
    const old = entries;
    entries = new Map();
    for (const [number, colour] of page.coloured) {
      const known = old.get(number);
      if (known && known.colour === colour) entries.set(number, known);
      else entries.set(number, createEntry(number, colour));
    }
    for (const entry of old.values()) if (entries.get(entry.number) !== entry) drop(entry);
    for (const entry of entries.values()) {
      layer("casing").append(entry.casing);
      layer("lines").append(entry.group);
      layer("badges").append(entry.node);
      layer("hits").append(...entry.paths.map(({ hit }) => hit));
    }
    assignLanes([...entries.values()].map(({ segments }) => segments));
    for (const { paths, segments } of entries.values()) paths.forEach(({ line }, i) => line.style.setProperty("--width", lineWidth(segments, i)));

    const thin = new Set([...page.kept].filter((number) => !page.coloured.has(number)).flatMap(linesOf));
    for (const [line, node] of others) node.style.display = thin.has(line) ? "" : "none";
    for (const line of thin) {
      if (others.has(line)) continue;
      others.set(line, shape("path", { "data-line": line, d: pathOf(shapes[line]) }));
      layer("others").append(others.get(line));
    }

    const seen = new Map();
    for (const entry of entries.values()) for (const stop of entry.stops) {
      const key = stop.at.join();
      if (!seen.has(key)) seen.set(key, { ...stop, circle: shape("g", {}, shape("circle")), routes: new Set() });
      seen.get(key).routes.add(entry.number);
      if (stop.end) seen.get(key).end = true;
    }
    stops = [...seen.values()];
    for (const stop of stops) {
      stop.circle.setAttribute("class", stop.end ? "end" : "");
      stop.circle.firstChild.setAttribute("r", stop.end ? 5.5 : 3.4);
    }
    layer("stops").replaceChildren(...stops.map(({ circle }) => circle));
    drawnScale = 0;
    inset.update(entries, stops);
    mark();
  }

  // Lift the route pointed at, else the one chosen, out of the rest.
  function mark() {
    const { route, leg } = page.pointed;
    raised = entries.has(route) ? route : page.chosen;
    const any = raised !== null && entries.has(raised);
    for (const id of ["lines", "casing", "badges", "others"]) layer(id).classList.toggle("chosen", any);
    for (const entry of entries.values()) {
      const on = entry.number === raised;
      for (const node of [entry.group, entry.casing, entry.node]) node.classList.toggle("on", on);
      entry.paths.forEach(({ line, hit }, i) => {
        line.classList.toggle("on", on && i === leg && route === raised);
        const reachable = entry.number === page.chosen && line.hasAttribute("d");
        if (reachable) hit.setAttribute("tabindex", 0);
        else hit.removeAttribute("tabindex");
        hit.setAttribute("role", reachable ? "img" : "presentation");
        if (reachable) hit.setAttribute("aria-label", legWords(entry.legs[i]));
        else hit.removeAttribute("aria-label");
      });
      if (!on || entry.group === layer("lines").lastChild) continue;
      layer("lines").append(entry.group);
      layer("casing").append(entry.casing);
      layer("badges").append(entry.node);
    }
    for (const stop of stops) stop.circle.classList.toggle("off", any && !stop.routes.has(raised));
    inset.mark(raised);
    refresh(true);
  }

  // ---- view
  const corners = (entry) => entry.segments.flatMap(({ a, b }) => [a, b]);
  const routesBox = () => boundsOf([...entries.values()].flatMap(corners)) ?? boundsOf(symbols.map(({ at }) => at));
  const toScreen = ([x, y]) => [x * view.k + view.x, y * view.k + view.y];
  function inView(box) {
    const [x0, y0] = toScreen([box[0], box[1]]), [x1, y1] = toScreen([box[2], box[3]]);
    return x0 >= 0 && y0 >= 0 && x1 <= view.width && y1 <= view.height;
  }
  function fitBox(box, least) {
    if (!box) return;
    const [x0, y0, x1, y1] = box;
    // On the right there is room for the buttons.
    const side = Math.min(70, view.width * 0.09), top = Math.min(56, view.height * 0.1), buttons = view.width < 700 ? 34 : 0;
    const k = Math.min((view.width - 2 * side - buttons) / Math.max(x1 - x0, least), (view.height - 2 * top) / Math.max(y1 - y0, least));
    view.k = Math.min(Math.max(k, 0.5), 160);
    view.x = (view.width - buttons) / 2 - ((x0 + x1) / 2) * view.k;
    view.y = view.height / 2 - ((y0 + y1) / 2) * view.k;
    refresh(true);
  }
  // Show all routes in colour, or one, or one leg of it; a leg without a line is the place where it happens.
  function fit(number = null, leg = null) {
    fitBox(number === null ? routesBox() : boundsOf(pointsOf(number, leg)), number === null ? 2 : 0.8);
    view.moved = number !== null;
  }
  function pan(dx, dy) {
    view.x = Math.min(Math.max(view.x + dx, view.width / 2 - 90 * view.k), view.width / 2 + 90 * view.k);
    view.y = Math.min(Math.max(view.y + dy, view.height / 2 - 90 * view.k), view.height / 2 + 90 * view.k);
    view.moved = true;
    refresh();
    clearTimeout(settling);
    settling = setTimeout(() => refresh(true), 150); // names for what came into view
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
    for (const node of [svgNode, layer("base")]) node.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (view.moved) refresh(true);
    else fit();
  }

  function refresh(names = false) {
    if (names) drawnScale = -Math.abs(drawnScale);
    waiting ||= requestAnimationFrame(draw);
  }
  function draw() {
    waiting = 0;
    for (const id of ["ground", "world"]) layer(id).setAttribute("transform", `translate(${view.x.toFixed(2)} ${view.y.toFixed(2)}) scale(${view.k.toFixed(5)})`);
    layer("marks").setAttribute("transform", `translate(${view.x.toFixed(2)} ${view.y.toFixed(2)})`);
    if (drawnScale === view.k) return;
    if (Math.abs(drawnScale) !== view.k) drawRoutes();
    drawnScale = view.k;
    drawMarks();
    inset.place(entries);
  }
  function drawRoutes() {
    for (const entry of entries.values()) {
      const legs = shiftedLegs(entry.segments, entry.legs, view.k);
      entry.parts = legs.flat().map((points) => ({ points, box: boundsOf(points) }));
      entry.paths.forEach(({ casing, line, over, hit }, i) => {
        const d = legs[i].map((part) => "M" + part.map(([x, y]) => x.toFixed(4) + " " + y.toFixed(4)).join("L")).join("");
        for (const one of [casing, line, over, hit]) if (d) one.setAttribute("d", d);
      });
    }
    mark();
  }

  // ---- marks: symbols, names and numbers keep their size, so they are set anew for every scale
  function drawMarks() {
    const k = view.k, scaled = ([x, y]) => [x * k, y * k];
    const inside = ([x0, y0, x1, y1]) => x0 + view.x >= 2 && y0 + view.y >= 2 && x1 + view.x <= view.width - 2 && y1 + view.y <= view.height - 2;
    // How many routes a name would cover; out of sight nobody minds.
    const crossings = (box) => (inside(box) ? [...entries.values()].filter(({ parts }) => parts?.some((part) => crosses(part, box, k))).length : 0);
    const place = createPlacing(view, crossings);
    const put = (node, at, size = "") => node.setAttribute("transform", `translate(${at[0].toFixed(1)} ${at[1].toFixed(1)})${size}`);

    for (const stop of stops) {
      stop.xy = scaled(stop.at);
      put(stop.circle, stop.xy);
      place.keep(stop.xy, stop.end ? 6 : 4);
    }
    const known = new Set(stops.map(({ at }) => at.join()));
    const small = Math.min(1, Math.max(0.35, k / 26)), crossed = [];
    for (const symbol of symbols) {
      symbol.xy = crossAt(symbol, k);
      const isNode = symbol.kind !== "closed" && symbol.kind !== "chokepoint";
      const spread = symbol.kind === "closed" ? (k > 60 ? 5 : 15) : 0;
      // From afar only what was closed has a cross, not what was never built.
      const hidden = (isNode && known.has(symbol.at.join())) || (spread && (symbol.link.is_open || (symbol.rank > 1 && k < 14) || crossed.some((other) => distance(other, symbol.xy) < spread)));
      symbol.node.style.display = hidden ? "none" : "";
      put(symbol.node, symbol.xy, isNode ? ` scale(${small.toFixed(2)})` : "");
      if (hidden || isNode) continue;
      if (spread) crossed.push(symbol.xy);
      place.keep(symbol.xy, spread ? 4 : 6);
    }
    const relevant = (stop) => raised === null || !entries.has(raised) || stop.routes.has(raised);
    for (const stop of stops) if (stop.end) place.name(stop.name, stop.xy, 9, view.width < 500 ? 12 : 14, 700, "end-name");
    const numbers = [];
    for (const entry of entries.values()) place.badge(entry, numbers);
    for (const stop of stops) if (!stop.end && relevant(stop)) place.name(stop.name, stop.xy, 6, 12, 500, "stop-name");
    for (const symbol of symbols) if (symbol.kind === "chokepoint" && k > 5) place.name(symbol.words()[0], symbol.xy, 9, 11, 500, "choke-name");
    const least = { 1: 12, 2: 20, 3: 34 };
    for (const rank of [1, 2, 3]) if (k > least[rank])
      for (const symbol of symbols) if (symbol.rank === rank && symbol.kind !== "closed" && !known.has(symbol.at.join())) place.name(String(symbol.words()[0]), symbol.xy, 5, 11, 400, "node-name");
    layer("names").replaceChildren(...place.names);
    layer("seas").replaceChildren(...waters.map((sea) => place.area(sea, "sea-name", "italic 400", 0.04)).filter(Boolean));
    layer("countries").replaceChildren(...countries.map((country) => place.area(country, "country-name", "500", 0.09)).filter(Boolean));
  }

  // The points of a route, or of a leg of it; a leg without a line has one, where the leg before it ends.
  function pointsOf(number, leg) {
    const segments = entries.get(number)?.segments ?? partsOf(number);
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

  const leave = () => { page.say(null); page.point(null); };
  listen({ pan, zoom, fit: () => fit(), leave, settle: () => refresh(true) });
  page.on("group", () => {
    cache.clear();
    for (const node of others.values()) node.remove();
    others.clear();
    for (const entry of entries.values()) drop(entry);
    entries = new Map();
    update();
    const box = routesBox();
    if (!view.moved || !inView(box)) fit();
  });
  for (const what of ["filter", "rank", "choose"]) page.on(what, update);
  page.on("point", mark);
  page.on("look", () => {
    const { route, leg, link } = page.sought;
    if (!link) return fit(route, leg);
    const points = link.lines.flatMap((i) => shapes[i < 0 ? ~i : i]), symbol = symbols.find((one) => one.link === link);
    fitBox(boundsOf(symbol ? [...points, symbol.at] : points), 1.5);
    view.moved = true;
    if (symbol) page.say(linkWords(link, data), toScreen(symbol.at));
  });
  new ResizeObserver(resize).observe(svgNode);
  resize();
  return { placeOf };
}
