// The list of routes with their values and legs: those in colour, or all that pass the reader's filters, in the reader's order.

function createPanel(page) {
  const { data } = page;
  const items = new Map(); // position -> what shows it
  let all = false, rest = 0, measures = [], best = {}, slowest = 1;
  const isWide = () => matchMedia("(min-width: 821px)").matches;
  const showMap = () => layer("stage").scrollIntoView({ block: "nearest" });
  const legsOf = (route) => (route.legs ?? []).map((i) => data.legs[i]);

  function swatch(route, number) {
    const colour = page.coloured.get(number);
    const badge = badgeShapes(badgeText(route, number)), width = 26 + Number(badge[0].getAttribute("width"));
    const icon = shape("svg", { class: "swatch", viewBox: `${-width / 2} -11 ${width} 22`, width, "aria-hidden": "true" }, shape("path", { d: `M${1 - width / 2} 0H${width / 2 - 1}`, class: colour === undefined ? "" : dashOf(colour) }), ...badge);
    return icon;
  }

  function createItem(number) {
    const route = page.routes[number];
    const values = measures.map((name) => {
      const value = route.values[name], { unit, text } = MEASURES[name];
      return make("span", { class: "value" + (isNumber(value) && value === best[name] ? " best" : "") }, make("span", {}, isNumber(value) ? text(value) : "\u2013"), make("small", {}, unit));
    });
    const grid = make("span", { class: "values" }, ...values);
    grid.style.setProperty("--columns", measures.length);
    const strip = make("span", { class: "strip", "aria-hidden": "true" }, ...legsOf(route).filter((leg) => leg.values?.time > 0).map((leg) => {
      const part = make("span", { class: legClass(leg), title: `${wayOf(leg)}, ${arrow(leg.from, leg.to)}: ${duration(leg.values.time)}` });
      part.style.width = `${(100 * leg.values.time) / slowest}%`;
      return part;
    }));
    const name = make("span", { class: "route-name" }, swatch(route, number), make("span", { class: "label", dir: "auto" }, route.label || `Route ${route.name}`));
    const marks = [number === page.group.knee ? "knee of the front" : "", route.extra ? "beside the front: almost as good" : ""].filter(Boolean).map((words) => make("span", { class: "mark" }, words));
    const button = make("button", { type: "button", class: "route-button", "aria-pressed": "false" }, name, ...marks, grid, strip);
    button.addEventListener("click", () => page.choose(page.chosen === number ? null : number));
    for (const kind of ["pointerenter", "focus"]) button.addEventListener(kind, () => page.point(number));
    for (const kind of ["pointerleave", "blur"]) button.addEventListener(kind, () => page.point(null));
    const item = make("li", { "data-route": number }, button, make("div", { class: "details" }));
    return { item, button, name, filled: false };
  }

  // Legs are made when they are first seen: a front may have many thousands.
  function fill(number) {
    const entry = items.get(number);
    if (!entry || entry.filled) return;
    entry.filled = true;
    const route = page.routes[number];
    const closer = make("button", { type: "button", class: "closer" }, "Zoom to route");
    closer.addEventListener("click", () => { page.look(number); showMap(); });
    const facts = [(route.countries ?? []).map(countryName).join(" \u203a "), (route.corridors ?? []).join(", ")].filter(Boolean);
    const risks = (route.risk_parts ?? []).slice(0, 3).map(({ title, probability }) => `${percent(probability)} % ${title}`);
    if (risks.length) facts.push("Greatest risks: " + risks.join("; "));
    const cited = [...new Set(legsOf(route).flatMap((leg) => leg.sources ?? []))].sort();
    const sources = make("details", { class: "sources" }, make("summary", {}, `Sources of this route (${cited.length})`), make("ul", {}, ...cited.map((id) => make("li", { dir: "auto" }, `${id}: ${data.sources[id] ?? "not listed"}`))));
    entry.item.lastChild.replaceChildren(closer,
      ...facts.map((fact) => make("p", { class: "facts", dir: "auto" }, fact)),
      ...(route.notices ?? []).map((notice) => make("p", { class: "notice", dir: "auto" }, notice)),
      route.legs ? make("ol", {}, ...legsOf(route).map((leg, i) => make("li", {}, legButton(leg, number, i)))) : make("p", { class: "facts" }, "Legs of this route are left out of this page; they stand in JSON and CSV."),
      ...(cited.length ? [sources] : []));
  }

  function legButton(leg, number, i) {
    const { time, cost, distance: km } = leg.values ?? {};
    const button = make("button", { type: "button", class: "leg" + (isMove(leg) ? "" : " small"), "data-at": `${number}.${i}` },
      make("span", { class: "bar " + legClass(leg) }),
      make("span", {}, make("span", { dir: "auto" }, arrow(leg.from, leg.to)), make("span", { class: "how" }, wayOf(leg))),
      make("span", { class: "what" }, make("span", {}, isNumber(time) ? duration(time) : ""), make("span", { class: "how" }, sentence({ cost, distance: km }))));
    button.addEventListener("click", () => { page.look(number, i); showMap(); page.point(number, i); });
    for (const kind of ["pointerenter", "focus"]) button.addEventListener(kind, () => page.point(number, i));
    for (const kind of ["pointerleave", "blur"]) button.addEventListener(kind, () => page.point(null));
    return button;
  }

  function update() {
    const { routes, kept, order, coloured, chosen, plain } = page;
    const passing = order.filter((i) => kept.has(i));
    const listed = all ? passing : passing.filter((i) => coloured.has(i));
    // A route that was chosen stays in sight even if it does not pass.
    if (chosen !== null && !listed.includes(chosen)) listed.push(chosen);
    clearTimeout(rest);
    const shown = [...layer("routes").children], isSame = shown.length === listed.length && listed.every((number, i) => items.get(number)?.item === shown[i]);
    const held = document.activeElement;
    if (!isSame) layer("routes").replaceChildren();
    showItems(listed, 0, isSame);
    // The keyboard stays where it was, though its row has moved.
    if (held !== document.activeElement && layer("routes").contains(held)) held.focus({ preventScroll: true });
    const count = routes.length, word = (n) => (n === 1 ? "1 route" : `${n} routes`);
    layer("count").textContent = !count ? "No route" : kept.size < count ? `${kept.size} of ${count} pass your filters` : word(count);
    const hidden = passing.length - listed.filter((i) => kept.has(i)).length;
    layer("more").hidden = all ? plain && passing.every((i) => coloured.has(i)) : !hidden;
    layer("more").textContent = all ? "Show fewer" : `Show all ${passing.length}`;
    layer("more").setAttribute("aria-expanded", all);
  }

  // A long list comes in parts, so that the page answers at once.
  function showItems(listed, from, isSame) {
    const part = listed.slice(from, from + 60), { routes, kept, coloured, chosen } = page;
    for (const number of part) if (!items.has(number)) items.set(number, createItem(number));
    if (!isSame) layer("routes").append(...part.map((number) => items.get(number).item));
    if (from + 60 < listed.length) rest = setTimeout(() => showItems(listed, from + 60, isSame), 0);
    for (const number of part) {
      const { item, button, name } = items.get(number), colour = coloured.get(number), on = number === chosen;
      if (item.dataset.colour !== String(colour)) {
        if (colour === undefined) item.style.setProperty("--colour", "var(--other)");
        else paint(item, colour);
        item.dataset.colour = String(colour);
        name.firstChild.replaceWith(swatch(routes[number], number));
      }
      item.classList.toggle("on", on);
      item.classList.toggle("out", !kept.has(number));
      button.setAttribute("aria-pressed", on);
      if (on) fill(number);
    }
  }

  function choose() {
    update();
    const item = items.get(page.chosen)?.item;
    if (item && isWide() && !layer("panel").contains(document.activeElement)) item.scrollIntoView({ block: "nearest" });
  }

  function show() {
    const { routes, group } = page;
    items.clear();
    all = false;
    measures = Object.keys(MEASURES).filter((name) => routes.some(({ values }) => isNumber(values[name])));
    best = {};
    if (routes.length > 1) for (const name of measures) best[name] = d3.min(routes, ({ values }) => values[name]);
    slowest = d3.max(routes, (route) => d3.sum(legsOf(route), (leg) => leg.values?.time ?? 0)) || 1;
    layer("lowest").hidden = routes.length < 2;
    const words = [group.status && group.status !== "complete" ? `Status: ${group.status}.` : "", group.message ?? ""].filter(Boolean).join(" ");
    layer("message").textContent = words;
    layer("message").hidden = !words;
    for (const id of ["ranking", "chart"]) layer(id).hidden = routes.length < 2;
    update();
  }

  const fillListed = () => { for (const item of layer("routes").children) if (page.coloured.has(Number(item.dataset.route))) fill(Number(item.dataset.route)); };
  layer("more").addEventListener("click", () => { all = !all; update(); });
  page.on("group", show);
  page.on("choose", choose);
  for (const what of ["filter", "rank"]) page.on(what, update);
  page.on("point", () => {
    const { route, leg } = page.pointed;
    document.querySelectorAll(".leg.on").forEach((row) => row.classList.remove("on"));
    if (route !== null && leg !== null) document.querySelector(`.leg[data-at="${route}.${leg}"]`)?.classList.add("on");
  });
  // On paper every route in colour has its legs.
  addEventListener("beforeprint", fillListed);
  matchMedia("print").addEventListener("change", (event) => event.matches && fillListed());
}
