// The page round the map: scenario, list of routes with their legs, legend, notes, tooltip. It wires list and map together.

const read = (id) => JSON.parse(layer(id).textContent);
const data = read("document");
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

// ---- numbers as a planner reads them
const grouped = (value, digits = 0) => value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const few = (value) => (value !== 0 && Math.abs(value) < 10 ? grouped(value, Math.abs(value) < 1 ? 2 : 1) : grouped(value));
function percent(risk) {
  const value = risk * 100;
  return value === 0 ? "0" : value < 0.01 ? "< 0.01" : value < 1 ? grouped(value, 2) : grouped(value, 1);
}
const MEASURES = {
  cost: { unit: "USD", text: (value) => grouped(value) },
  time: { unit: "days", text: (value) => grouped(value / 24, 1) },
  distance: { unit: "km", text: (value) => grouped(value) },
  emissions: { unit: "kg CO\u2082e", text: (value) => grouped(value) },
  risk: { unit: "% risk", text: percent },
};
const duration = (hours) => (hours < 48 ? few(hours) + " h" : grouped(hours / 24, 1) + " days");
function sentence(values = {}) {
  const parts = [];
  if (isNumber(values.time) && values.time) parts.push(duration(values.time));
  if (isNumber(values.cost) && values.cost) parts.push("$" + few(values.cost));
  if (isNumber(values.distance) && values.distance) parts.push(few(values.distance) + " km");
  if (isNumber(values.emissions) && values.emissions) parts.push(few(values.emissions) + " kg CO\u2082e");
  if (isNumber(values.risk) && values.risk) parts.push(percent(values.risk) + " % risk");
  return parts.join(" \u00b7 ");
}

// ---- words
const KINDS = { wait: "Wait", transshipment: "Transshipment", "gauge-change": "Gauge change", border: "Border", access: "Road access" };
const arrow = (from, to) => (from === to || !to ? String(from) : `${from} \u2192 ${to}`);
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
const wayOf = (leg) => {
  const mode = String(leg.mode ?? "").replace("-", " \u2192 ");
  return leg.kind === "haul" ? capital(mode) : [KINDS[leg.kind] ?? capital(String(leg.kind ?? "")), mode].filter(Boolean).join(", ");
};
const isMove = (leg) => leg.kind === "haul" || leg.kind === "access";
const legClass = (leg) => (isMove(leg) ? modeClass(leg.mode) : "stop");
let regions = null;
try { regions = new Intl.DisplayNames(["en"], { type: "region" }); } catch { /* an old browser shows codes */ }
function countryName(code) {
  try { return regions?.of(code) ?? code; } catch { return code; }
}

// ---- tooltip
const tip = layer("tip");
function tell(at, title, ...lines) {
  tip.replaceChildren(make("strong", { dir: "auto" }, title), ...lines.filter(Boolean).map((line, i) => make("span", { class: i ? "quiet" : null, dir: "auto" }, line)));
  tip.hidden = false;
  const stage = layer("stage"), [x, y] = at ?? [stage.clientWidth / 2, 20];
  const left = x + 16 + tip.offsetWidth > stage.clientWidth ? Math.max(6, x - 16 - tip.offsetWidth) : x + 16;
  const top = Math.min(Math.max(6, y + 14), stage.clientHeight - tip.offsetHeight - 6);
  tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}
const pointer = (event) => {
  const box = layer("stage").getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};

// ---- state: the group shown, the route chosen by a click
let group = data.groups[0], chosen = null;

const map = createMap({
  outlines: read("outlines"),
  shapes: data.shapes.map((line) => line.map(project)),
  links: data.links,
  nodes: data.nodes,
  on: {
    leg: (number, leg, event) => { tellLeg(number, leg, event && pointer(event)); lift(number, leg); },
    link: (link, event) => tell(pointer(event), link.name || link.id, capital(`${link.mode} link, ${link.status}`), link.note),
    node: (node, event) => tell(pointer(event), node.name, [String(node.kind ?? "").replace("-", " "), countryName(node.country)].filter(Boolean).join(", ")),
    route: (number) => lift(number, null),
    choose: (number, leg, event) => { choose(number, false); if (leg !== null) tellLeg(number, leg, pointer(event)); showRow(number); },
    leave: () => { tip.hidden = true; lift(null, null); },
  },
});

function tellLeg(number, leg, at) {
  const route = group.routes[number], one = route.legs[leg];
  tell(at ?? map.placeOf(number, leg), arrow(one.from, one.to), wayOf(one), sentence(one.values), `Route ${route.name}${route.label ? ": " + route.label : ""}`);
}

// Lift a route and leg out of the rest while something points at them; without, the chosen route stays out.
let lifted = "";
function lift(number, leg) {
  const key = `${number} ${leg} ${chosen}`;
  if (key === lifted) return;
  lifted = key;
  map.mark(number ?? chosen, leg, chosen);
  document.querySelectorAll(".leg").forEach((row) => row.classList.toggle("on", number !== null && leg !== null && row.dataset.at === `${number}.${leg}`));
}

function choose(number, toggle = true) {
  chosen = toggle && chosen === number ? null : number;
  [...layer("routes").children].forEach((item, i) => {
    item.classList.toggle("on", i === chosen);
    item.firstChild.setAttribute("aria-pressed", i === chosen);
  });
  lift(chosen, null);
}
const showRow = (number) => matchMedia("(min-width: 821px)").matches && layer("routes").children[number].scrollIntoView({ block: "nearest" });

const showMap = () => layer("stage").scrollIntoView({ block: "nearest" });

// ---- list of routes
function swatch(route, number) {
  const icon = shape("svg", { class: "swatch", viewBox: "0 0 46 22", "aria-hidden": "true" },
    shape("path", { d: "M1 11H45", class: dashOf(number) }), shape("circle", { cx: 23, cy: 11, r: 9.5 }), shape("text", { x: 23, y: 11.5 }, badgeText(route, number)));
  return icon;
}

function routeItem(route, number, measures, best, slowest) {
  const values = measures.map((name) => {
    const value = route.values[name], { unit, text } = MEASURES[name];
    return make("span", { class: "value" + (isNumber(value) && value === best[name] ? " best" : "") }, make("span", {}, isNumber(value) ? text(value) : "\u2013"), make("small", {}, unit));
  });
  const grid = make("span", { class: "values" }, ...values);
  grid.style.setProperty("--columns", measures.length);
  const strip = make("span", { class: "strip", "aria-hidden": "true" }, ...route.legs.filter((leg) => leg.values?.time > 0).map((leg) => {
    const part = make("span", { class: legClass(leg), title: `${wayOf(leg)}, ${arrow(leg.from, leg.to)}: ${duration(leg.values.time)}` });
    part.style.width = `${(100 * leg.values.time) / slowest}%`;
    return part;
  }));
  const button = make("button", { type: "button", class: "route-button", "aria-pressed": "false" },
    make("span", { class: "route-name" }, swatch(route, number), make("span", { class: "label", dir: "auto" }, route.label || `Route ${route.name}`)), grid, strip);
  button.addEventListener("click", () => choose(number));
  button.addEventListener("pointerenter", () => lift(number, null));
  button.addEventListener("pointerleave", () => lift(null, null));
  button.addEventListener("focus", () => lift(number, null));
  button.addEventListener("blur", () => lift(null, null));

  const facts = [(route.countries ?? []).map(countryName).join(" \u203a "), (route.corridors ?? []).join(", ")].filter(Boolean);
  const closer = make("button", { type: "button", class: "closer" }, "Zoom to route");
  closer.addEventListener("click", () => { map.fit(number); showMap(); });
  return paint(make("li", {}, button, make("div", { class: "details" }, closer,
    ...facts.map((fact) => make("p", { class: "facts" }, fact)),
    ...(route.notices ?? []).map((notice) => make("p", { class: "notice", dir: "auto" }, notice)),
    make("ol", {}, ...route.legs.map((leg, i) => make("li", {}, legButton(leg, number, i)))))), number);
}

function legButton(leg, number, i) {
  const { time, ...rest } = leg.values ?? {};
  const button = make("button", { type: "button", class: "leg" + (isMove(leg) ? "" : " small"), "data-at": `${number}.${i}` },
    make("span", { class: "bar " + legClass(leg) }),
    make("span", {}, make("span", { dir: "auto" }, arrow(leg.from, leg.to)), make("span", { class: "how" }, wayOf(leg))),
    make("span", { class: "what" }, make("span", {}, isNumber(time) ? duration(time) : ""), make("span", { class: "how" }, sentence({ cost: rest.cost, distance: rest.distance }))));
  button.addEventListener("click", () => { map.fit(number, i); showMap(); enter(); });
  const enter = () => { lift(number, i); tellLeg(number, i); };
  const leave = () => { tip.hidden = true; lift(null, null); };
  for (const kind of ["pointerenter", "focus"]) button.addEventListener(kind, enter);
  for (const kind of ["pointerleave", "blur"]) button.addEventListener(kind, leave);
  return button;
}

function showGroup(index) {
  group = data.groups[index];
  chosen = null;
  lifted = "";
  tip.hidden = true;
  const { routes, status, message } = group;
  const measures = Object.keys(MEASURES).filter((name) => routes.some(({ values }) => isNumber(values[name])));
  const best = {};
  if (routes.length > 1) for (const name of measures) best[name] = Math.min(...routes.map(({ values }) => values[name]).filter(isNumber));
  const slowest = Math.max(...routes.map(({ legs }) => legs.reduce((sum, leg) => sum + (leg.values?.time ?? 0), 0)));
  layer("routes").replaceChildren(...routes.map((route, number) => routeItem(route, number, measures, best, slowest)));
  layer("lowest").hidden = routes.length < 2;
  layer("count").textContent = routes.length ? (routes.length === 1 ? "1 route" : `${routes.length} routes`) : "No route";
  const words = [status && status !== "complete" ? `Status: ${status}.` : "", message ?? ""].filter(Boolean).join(" ");
  layer("message").textContent = words;
  layer("message").hidden = !words;
  map.show(routes);
  if (routes.length === 1) choose(0);
}

// ---- legend: only what the page shows
function showLegend() {
  const sample = (...parts) => shape("svg", { viewBox: "0 0 30 14", "aria-hidden": "true" }, ...parts);
  const line = (className) => sample(shape("path", { class: className, d: "M0 7H30", fill: "none" }));
  const entry = (icon, text) => make("li", {}, icon, text);
  const legs = data.groups.flatMap(({ routes }) => routes.flatMap((route) => route.legs));
  const used = new Set([...data.links.map((link) => link.mode), ...legs.filter(isMove).map((leg) => leg.mode)]);
  const keys = MODES.filter((mode) => used.has(mode)).map((mode) => entry(line("link " + mode), capital(mode)));
  if (data.links.some((link) => !link.is_open)) keys.push(entry(line("link closed"), "Closed or planned"));
  if (legs.some((leg) => !isMove(leg))) keys.push(entry(line("link stop"), "Waiting and handling"));
  keys.push(entry(sample(shape("circle", { cx: 15, cy: 7, r: 3.4, fill: "none", stroke: "currentColor", "stroke-width": 1.6 })), "Change or border on a route"));
  layer("keys").replaceChildren(...keys);
}

layer("title").textContent = data.title;
layer("subtitle").textContent = data.subtitle;
data.groups.forEach(({ name }, i) => layer("group").append(make("option", { value: i }, name)));
layer("choice").hidden = data.groups.length < 2;
layer("group").addEventListener("change", (event) => showGroup(Number(event.target.value)));
layer("note-list").replaceChildren(...data.notes.map((note) => make("li", { dir: "auto" }, note)));
layer("notes").hidden = !data.notes.length;
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  tip.hidden = true;
  choose(null);
});
showLegend();
showGroup(0);
