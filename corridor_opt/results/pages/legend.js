// The legend, with only what the page shows, and the notes.

function createLegend(page) {
  const { data } = page;
  const sample = (...parts) => shape("svg", { viewBox: "0 0 30 14", "aria-hidden": "true" }, ...parts);
  const line = (className, more = []) => sample(shape("path", { class: className, d: "M0 7H30", fill: "none" }), ...more);
  const entry = (icon, text) => make("li", {}, icon, text);
  const used = new Set([...data.links.map((link) => link.mode), ...data.legs.filter(isMove).map((leg) => leg.mode)]);
  const onRoute = (mode) => line("link route-key " + mode, [shape("path", { class: "over " + mode, d: "M0 7H30" })]);
  const keys = MODES.filter((mode) => used.has(mode)).map((mode) => entry(onRoute(mode), capital(mode)));
  if (data.groups.some(({ routes }) => routes.some((route) => route.shown === false))) keys.push(entry(line("other-key"), "Other routes of the front"));
  if (data.legs.some((leg) => !isMove(leg))) keys.push(entry(line("link stop"), "Waiting and handling"));
  if (data.links.some((link) => !link.is_open) || data.groups.some(({ closed }) => Object.keys(closed ?? {}).length)) keys.push(entry(sample(shape("path", { class: "link closed", d: "M0 7H30" }), symbolOf("closed", 15, 7)), "Closed or planned"));
  const kinds = new Set(data.nodes.map((node) => node.kind));
  const names = { seaport: "Port", "dry-port": "Dry port", "border-post": "Border crossing", city: "City or junction" };
  for (const [kind, name] of Object.entries(names)) if (kinds.has(kind)) keys.push(entry(sample(symbolOf(kind, 15, 7)), name));
  if (data.chokepoints.length) keys.push(entry(sample(symbolOf("chokepoint", 15, 7)), "Chokepoint"));
  keys.push(entry(line("disputed-key"), "Disputed boundary"));
  layer("keys").replaceChildren(...keys);
  layer("note-list").replaceChildren(...data.notes.map((note) => make("li", { dir: "auto" }, note)));
  layer("notes").hidden = !data.notes.length;
}
