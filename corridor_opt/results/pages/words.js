// Elements of the page, and numbers and names as a planner reads them.

const MODES = ["sea", "ferry", "waterway", "rail", "road"];
const COLOURS = 7;
const layer = (id) => document.getElementById(id);
const svgNode = layer("map");

// Every text goes through here, as a text node: a name can never become markup.
function make(tag, attributes = {}, ...children) {
  const node = typeof tag === "string" ? document.createElement(tag) : document.createElementNS(svgNode.namespaceURI, tag[0]);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
const shape = (tag, attributes, ...children) => make([tag], attributes, ...children);

function paint(node, number) {
  node.style.setProperty("--colour", `var(--route-${number % COLOURS})`);
  return node;
}
const dashOf = (number) => "dash-" + (Math.floor(number / COLOURS) % 4);
const badgeText = (route, number) => (String(route.name ?? "").length <= 4 && route.name) || String(number + 1);
const modeClass = (mode) => (MODES.includes(mode) ? mode : "stop");

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
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
  delay: { unit: "h delay", text: (value) => grouped(value, 1) },
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
// Sources by their ids and, as far as there is room, their titles.
function sourceLines(data, ids, confidence, most = 3) {
  const known = ids ?? [], short = (text) => (text.length > 90 ? text.slice(0, 88) + "\u2026" : text);
  const lines = known.slice(0, most).map((id) => `${id}: ${short(data.sources[id] ?? "not listed")}`);
  if (known.length > most) lines.push(`and ${known.slice(most).join(", ")}`);
  if (lines.length) lines[0] = "Source " + lines[0];
  if (confidence) lines.push(confidence === "assumption" ? "Least certain number: an assumption" : `Least certain number: ${confidence} confidence`);
  return lines;
}

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
// A route's number in a round frame, wide enough for it.
function badgeShapes(text, x = 0, y = 0) {
  const half = Math.max(10, textWidth(String(text), `700 11px ${FONT}`) / 2 + 5.5);
  return [shape("rect", { x: x - half, y: y - 10, width: 2 * half, height: 20, rx: 10 }), shape("text", { x, y: y + 0.5 }, text)];
}
const FONT = 'system-ui, "Noto Sans", "Liberation Sans", Arial, sans-serif';
