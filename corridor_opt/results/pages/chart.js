// The trade-off chart: which criteria it shows, the ranges the reader keeps, its keyboard and its words. scatter.js and parallel.js draw it.

const CHART_UNITS = { cost: ["USD", 1], time: ["days", 24], distance: ["km", 1], risk: ["%", 0.01], emissions: ["kg CO\u2082e", 1], delay: ["h", 1] }; // unit shown, how many of the data's units it is
const HELP = {
  scatter: ["A point is a route; nearer the lower left corner is better.", "Drag over the picture to keep a range.", "Arrow keys go from route to route."],
  parallel: ["A line is a route; lower is better.", "Drag along an axis to keep a range, drag its title to move it.", "Arrow keys up and down go from route to route, left and right from axis to axis; with Shift they move the axis."],
};
const CHART_KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];

function createChart(page) {
  const section = layer("chart");
  const state = { kind: "scatter", x: null, y: null, third: null, axes: [] };
  const ranges = new Map();                       // criterion -> [from, to] in the units shown
  let columns = new Map(), sorted = new Map(), classes = null, names = [], waiting = false, current = null, hint = "";

  // ---- what the drawings ask
  const unit = (name) => CHART_UNITS[name]?.[0] ?? page.data.criteria?.[name]?.unit ?? "";
  const title = (name) => page.data.criteria?.[name]?.title ?? capital(name);
  const extent = (name) => d3.extent(columns.get(name).filter(isNumber));
  const chart = {
    page, state, ranges, unit, title,
    name: (name) => [title(name), unit(name)].filter(Boolean).join(", "),
    column: (name) => columns.get(name),
    domain(name) {
      const [low, high] = extent(name), room = (high - low) * 0.04 || Math.abs(low) * 0.05 || 1;
      return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
    },
    // A range with an open end goes to the end of the axis.
    shownRange(name) {
      const [low, high] = chart.domain(name);
      return ranges.get(name)?.map((value) => Math.min(high, Math.max(low, value)));
    },
    tickText: (scale, count) => scale.tickFormat(count, ",f"),
    classOf: (i) => (classes ? classes.of[i] : -1),
    classColour: (number) => classes.colours[number],
    setRange, labels, along, redraw,
  };

  // ---- the parts of the section
  const svg = shape("svg", { id: "chart-picture", tabindex: "0", role: "application", "aria-describedby": "chart-help" });
  const kinds = [["scatter", "Scatter"], ["parallel", "Parallel axes"]].map(([kind, words]) => make("button", { type: "button", "data-kind": kind, "aria-pressed": "false" }, words));
  const [xSelect, ySelect, thirdSelect] = ["chart-x", "chart-y", "chart-third"].map((id) => make("select", { id }));
  const pairs = make("div", { class: "pairs" }, ...[["Across", xSelect], ["Up", ySelect], ["Size or colour", thirdSelect]].map(([words, node]) => make("span", { class: "pair" }, make("label", { for: node.id }, words), node)));
  const readout = make("p", { class: "readout", id: "chart-readout", dir: "auto" }), spoken = make("p", { class: "unseen", id: "chart-spoken", role: "status" });
  const count = make("span", { id: "chart-count", role: "status" }), clear = make("button", { type: "button", class: "plain-button", id: "chart-clear" }, "Clear ranges");
  const fields = make("div", { class: "ranges" }), keys = make("ul", { id: "chart-keys", class: "chart-keys" }), absent = make("p", { class: "hint", id: "chart-absent" });
  const help = make("p", { class: "unseen", id: "chart-help" });
  section.append(make("h2", {}, "Trade-offs"),
    make("div", { class: "tools" }, make("span", { class: "toggle", role: "group", "aria-label": "Kind of chart" }, ...kinds), make("span", { class: "kept-line" }, count, clear)),
    pairs, make("div", { class: "picture" }, svg), readout, spoken, help, keys, absent,
    make("details", { class: "by-number" }, make("summary", {}, "Ranges by number"), fields));
  const views = { scatter: createScatter(svg, chart), parallel: createParallel(svg, chart) };

  // ---- drawing
  function redraw() {
    if (section.hidden || !names.length) return;
    const view = views[state.kind], wide = Math.max(240, Math.round(svg.parentNode.clientWidth) || 400), high = Math.round(view.height(wide));
    svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    svg.setAttribute("class", state.kind);
    classes = state.kind === "scatter" && state.third ? classify(state.third) : null;
    current = view;
    for (const button of kinds) button.setAttribute("aria-pressed", button.dataset.kind === state.kind);
    pairs.hidden = state.kind !== "scatter";
    svg.setAttribute("aria-label", state.kind === "scatter" ? `Chart of the routes: ${chart.name(state.x)} across, ${chart.name(state.y)} up` : `Chart of the routes on parallel axes: ${state.axes.map(chart.name).join("; ")}`);
    const [what, drag, arrows] = HELP[state.kind];
    help.textContent = `${what} ${drag} ${arrows} Enter chooses.`;
    hint = `${what} ${drag}`;
    const shown = state.kind === "scatter" ? [state.x, state.y] : state.axes, gone = page.routes.filter((route) => shown.some((name) => !isNumber(route.values[name]))).length;
    absent.textContent = gone ? `${gone} of ${page.routes.length} routes have an unknown value here${state.kind === "scatter" ? " and are not in the picture" : ": their lines are broken"}.` : "";
    showKeys();
    view.draw(wide, high);
    read();
  }

  // Third criterion: classes with round bounds; colours get darker (on dark pages lighter) with the value and differ in lightness.
  function classify({ name, how }) {
    const column = columns.get(name), [low, high] = extent(name), bounds = low < high ? d3.ticks(low, high, 4).filter((tick) => tick > low && tick < high) : [];
    const of = Array.from(column, (value) => (isNumber(value) ? d3.bisectRight(bounds, value) : -1)), last = bounds.length || 1;
    const colours = d3.range(bounds.length + 1).map((c) => `light-dark(${d3.rgb(d3.interpolatePlasma(0.6 - (0.6 * c) / last)).formatHex()}, ${d3.rgb(d3.interpolatePlasma(0.45 + (0.53 * c) / last)).formatHex()})`);
    return { of, bounds, colours, how, name };
  }
  function showKeys() {
    const entry = (icon, words) => make("li", {}, shape("svg", { viewBox: "0 0 20 14", "aria-hidden": "true" }, icon), words);
    const dot = (style, more = {}) => { const node = shape("circle", { cx: 10, cy: 7, r: 3, class: "key-dot", ...more }); Object.assign(node.style, style); return node; };
    const rows = [];
    if (classes) {
      const { bounds, colours, how, name } = classes, say = d3.scaleLinear([bounds[0] ?? 0, bounds.at(-1) ?? 1], [0, 1]).tickFormat(Math.max(1, bounds.length), ",f");
      const words = (c) => (bounds.length === 0 ? "all alike" : c === 0 ? `< ${say(bounds[0])}` : c === bounds.length ? `\u2265 ${say(bounds[c - 1])}` : `${say(bounds[c - 1])} \u2013 ${say(bounds[c])}`);
      rows.push(make("li", { class: "key-title" }, chart.name(name)));
      colours.forEach((colour, c) => rows.push(entry(how === "colour" ? dot({ fill: colour }) : dot({}, { r: (3.2 + c * 1.5) / 2 }), words(c))));
      if (classes.of.includes(-1)) rows.push(entry(dot({}), "unknown"));
    }
    if (isNumber(page.group.knee)) rows.push(state.kind === "scatter" ? entry(shape("path", { d: "M10 1L16 7L10 13L4 7Z", class: "key-knee" }), "Knee: nearest to the best of all") : entry(shape("path", { d: "M1 7H19", class: "key-knee" }), "Knee: nearest to the best of all"));
    if (page.routes.some((route) => route.extra === "slack")) rows.push(state.kind === "scatter" ? entry(dot({}, { class: "key-dot hollow" }), "Almost as good, another way") : entry(shape("path", { d: "M1 7H19", class: "key-slack" }), "Almost as good, another way"));
    keys.replaceChildren(...rows);
  }

  // Numbers of the routes beside their points, as far as there is room; the first of the list come first.
  function labels(dots, width, height) {
    const boxes = dots.map(({ x, y, r }) => [x - r, y - r, x + r, y + r]), found = new Map();
    const hits = ([a, b, c, d]) => a < 0 || b < -14 || c > width + 10 || d > height || boxes.some(([e, f, g, h]) => a < g && c > e && b < h && d > f);
    for (const { i, x, y, r, text } of [...dots].reverse()) {
      const wide = textWidth(text, `700 11px ${FONT}`), far = r + 3;
      const choices = [[x + far, y + 4, "start"], [x - far, y + 4, "end"], [x, y - far - 1, "middle"], [x, y + far + 9, "middle"], [x + far - 2, y - far + 2, "start"], [x - far + 2, y - far + 2, "end"], [x + far - 2, y + far + 6, "start"], [x - far + 2, y + far + 6, "end"]];
      for (const [tx, ty, anchor] of choices) {
        const left = anchor === "start" ? tx : anchor === "end" ? tx - wide : tx - wide / 2, box = [left, ty - 9, left + wide, ty];
        if (hits(box)) continue;
        boxes.push(box);
        found.set(i, { x: tx, y: ty, anchor });
        break;
      }
    }
    return found;
  }

  // ---- ranges: one filter for map and list
  function setRange(name, range, isExact = false) {
    if (range && !isExact) {
      // To round numbers, outwards: what the fields say is what is kept.
      const step = stepOf(name), digits = Math.max(0, -Math.round(Math.log10(step)));
      range = [Math.floor(range[0] / step + 1e-6) * step, Math.ceil(range[1] / step - 1e-6) * step].map((value) => Number(value.toFixed(digits)));
    }
    if (range) ranges.set(name, range);
    else ranges.delete(name);
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; applyRanges(); });
  }
  const stepOf = (name) => { const [low, high] = extent(name); return high > low ? 10 ** Math.floor(Math.log10((high - low) / 200)) : 0.01; };
  function applyRanges() {
    const limits = [...ranges].map(([name, [low, high]]) => { const slip = stepOf(name) * 1e-6; return [columns.get(name), low - slip, high + slip]; });
    page.filter("brush", limits.length ? (_, i) => limits.every(([column, low, high]) => column[i] >= low && column[i] <= high) : null);
    showFields();
  }
  function showFields() {
    for (const input of fields.querySelectorAll("input")) if (input !== document.activeElement) input.value = ranges.get(input.dataset.name)?.[Number(input.dataset.end)] ?? "";
  }
  function tellCount() {
    clear.disabled = !ranges.size;
    const all = page.routes.length, words = page.kept.size === all ? `All ${all} routes` : `${page.kept.size} of ${all} routes kept`;
    if (count.textContent !== words) count.textContent = words;
  }
  function field(name, end) {
    const bounds = extent(name), words = end ? "to" : "from", step = stepOf(name), digits = Math.max(0, -Math.round(Math.log10(step)));
    const edge = ((end ? Math.ceil : Math.floor)(bounds[end] / step + (end ? -1e-6 : 1e-6)) * step).toFixed(digits);
    const input = make("input", { type: "number", step: "any", placeholder: edge, "aria-label": `${chart.name(name)}, ${words}`, "data-name": name, "data-end": end });
    input.addEventListener("input", () => {
      const [from, to] = [0, 1].map((which) => { const text = fields.querySelector(`[data-name="${name}"][data-end="${which}"]`).value; return text === "" ? null : Number(text); });
      setRange(name, from === null && to === null ? null : [from ?? -Infinity, to ?? Infinity], true);
      requestAnimationFrame(() => current.showBrush());
    });
    return input;
  }

  // ---- pointer and keys
  const reading = (name, i) => { const value = page.routes[i].values[name]; return isNumber(value) ? `${(MEASURES[name]?.text ?? String)(value)} ${unit(name)}` : `${title(name).toLowerCase()} unknown`; };
  function words(i) {
    const route = page.routes[i];
    return `Route ${route.name}: ${names.map((name) => reading(name, i)).join(" \u00b7 ")}${route.label ? ". " + route.label : ""}${i === page.group.knee ? ". The knee" : ""}${route.extra === "slack" ? ". Beside the front, almost as good" : ""}`;
  }
  function read() {
    const i = page.pointed.route ?? page.chosen;
    readout.textContent = i === null || !page.routes[i] ? hint : words(i);
    readout.classList.toggle("hint", i === null);
  }
  // The next kept route along a criterion.
  function along(name, from, key, forward) {
    if (!sorted.has(name)) sorted.set(name, d3.range(page.routes.length).filter((i) => isNumber(columns.get(name)[i])).sort((i, j) => columns.get(name)[i] - columns.get(name)[j] || i - j));
    const row = sorted.get(name).filter((i) => page.kept.has(i));
    if (!row.length) return null;
    if (key === "Home") return row[0];
    if (key === "End") return row.at(-1);
    const at = row.indexOf(from);
    return at < 0 ? row[0] : row[Math.min(row.length - 1, Math.max(0, at + (forward ? 1 : -1)))];
  }
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = page.pointed.route ?? page.chosen;
    if (event.key === "Enter" || event.key === " ") {
      if (at === null) return;
      page.choose(page.chosen === at ? null : at);
      spoken.textContent = page.chosen === at ? `Route ${page.routes[at].name} chosen` : `Route ${page.routes[at].name} no longer chosen`;
    } else if (CHART_KEYS.includes(event.key)) {
      const start = at === null && isNumber(page.group.knee) && page.kept.has(page.group.knee) && event.key.startsWith("Arrow");
      const { name, route, axis } = start ? { name: null, route: page.group.knee } : current.step(event.key, at, event.shiftKey);
      if (route === null) { spoken.textContent = "No route is kept"; return; }
      page.point(route);
      spoken.textContent = `${axis ? `${chart.name(name)}. ` : ""}${words(route)}`;
    } else return;
    event.preventDefault();
    event.stopPropagation(); // the page has keys of its own
  }
  const pixel = (event) => d3.pointer(event, svg);
  svg.addEventListener("pointermove", (event) => {
    if (event.buttons) return;
    const i = current.nearest(...pixel(event));
    svg.classList.toggle("over", i !== null);
    page.point(i);
  });
  svg.addEventListener("pointerleave", () => page.point(null));
  svg.addEventListener("click", (event) => {
    const i = current.nearest(...pixel(event));
    if (i !== null) page.choose(page.chosen === i ? null : i);
  });
  svg.addEventListener("keydown", onKey);
  svg.addEventListener("blur", () => { page.point(null); spoken.textContent = ""; });

  // ---- choices of the reader
  for (const button of kinds) button.addEventListener("click", () => { state.kind = button.dataset.kind; redraw(); });
  function choose(which, name) {
    const other = which === "x" ? "y" : "x";
    if (state[other] === name) state[other] = state[which];
    state[which] = name;
    [xSelect.value, ySelect.value] = [state.x, state.y];
    redraw();
  }
  xSelect.addEventListener("change", () => choose("x", xSelect.value));
  ySelect.addEventListener("change", () => choose("y", ySelect.value));
  thirdSelect.addEventListener("change", () => {
    const [how, name] = thirdSelect.value.split(" ");
    state.third = name ? { how, name } : null;
    redraw();
  });
  clear.addEventListener("click", () => {
    ranges.clear();
    applyRanges();
    current.showBrush();
    svg.focus({ preventScroll: true }); // the button is disabled now, and focus must not be lost
  });

  // ---- another front
  function setUp() {
    const { group, routes } = page, has = (name) => routes.some((route) => isNumber(route.values[name]));
    section.hidden = routes.length < 2;
    ranges.clear();
    sorted = new Map();
    const searched = (group.searched ?? []).filter(has), others = [...new Set([...Object.keys(MEASURES), ...routes.flatMap((route) => Object.keys(route.values))])].filter((name) => has(name) && !searched.includes(name));
    names = [...searched, ...others];
    columns = new Map(names.map((name) => [name, routes.map((route) => (isNumber(route.values[name]) ? route.values[name] / (CHART_UNITS[name]?.[1] ?? 1) : null))]));
    if (section.hidden || names.length < 2) { section.hidden = true; return; }
    const isNew = state.axes.length !== names.length || !names.every((name) => state.axes.includes(name)) || !section.dataset.asked || section.dataset.asked !== searched.join();
    section.dataset.asked = searched.join();
    if (isNew) Object.assign(state, { kind: searched.length > 3 ? "parallel" : "scatter", x: names[0], y: names[1], third: searched.length > 2 ? { how: "size", name: names[2] } : null, axes: [...names] });
    const options = () => names.map((name) => make("option", { value: name }, title(name)));
    xSelect.replaceChildren(...options());
    ySelect.replaceChildren(...options());
    [xSelect.value, ySelect.value] = [state.x, state.y];
    thirdSelect.replaceChildren(make("option", { value: "" }, "none"), ...["size", "colour"].map((how) => make("optgroup", { label: `as ${how}` }, ...names.map((name) => make("option", { value: `${how} ${name}` }, `${title(name)} as ${how}`)))));
    thirdSelect.value = state.third ? `${state.third.how} ${state.third.name}` : "";
    fields.replaceChildren(...names.map((name) => make("div", { class: "range" }, make("span", {}, chart.name(name)), field(name, 0), make("span", {}, "to"), field(name, 1))));
    tellCount();
    redraw();
  }
  page.on("group", setUp);
  page.on("filter", () => { tellCount(); current?.update(); });
  page.on("rank", () => current?.update());
  page.on("choose", () => { current?.update(); read(); });
  page.on("point", () => { current?.mark(); read(); });

  let lastWide = 0;
  new ResizeObserver(() => {
    const wide = svg.parentNode.clientWidth;
    if (Math.abs(wide - lastWide) < 2) return;
    lastWide = wide;
    if (!section.hidden && page.group) redraw();
  }).observe(svg.parentNode);
  // On paper the chart is a scatter.
  let before = null;
  addEventListener("beforeprint", () => { before = state.kind; state.kind = "scatter"; redraw(); });
  addEventListener("afterprint", () => { if (before) { state.kind = before; redraw(); } before = null; });
}
