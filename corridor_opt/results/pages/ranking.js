// The reader's ranking: weights as sliders, the methods of `rank` in Python (results/rank.py), the best routes with their scores.

const METHODS = {
  weighted: ["Weighted sum", "weights times values, each scaled to 0..1 between the best and the worst of the front"],
  topsis: ["TOPSIS", "nearness to the ideal against the anti-ideal, shown as 1 - closeness"],
  knee: ["Knee", "weighted distance to the ideal after scaling to 0..1"],
  lexicographic: ["Heaviest first", "the heaviest criterion decides, the next breaks ties; the score is the place"],
};

// As numpy rounds: halves go to the even neighbour.
function rounded(value, digits) {
  const scaled = value * 10 ** digits, low = Math.floor(scaled), rest = scaled - low;
  const whole = rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
  return whole / 10 ** digits;
}

// Columns of values (one a criterion), a weight for each, a method: positions in order, best first, and scores by position.
// The same order and scores as Python's. Routes with an unknown value come last and have no score.
function rankRoutes(columns, weights, method) {
  const total = weights.reduce((sum, weight) => sum + weight, 0), share = weights.map((weight) => weight / total);
  const all = columns[0].map((_, i) => i), known = all.filter((i) => columns.every((column) => isNumber(column[i])));
  const score = all.map(() => null);
  const norm = (numbers) => Math.sqrt(numbers.reduce((sum, number) => sum + number * number, 0));
  const ends = (column) => known.reduce(([low, high], i) => [Math.min(low, column[i]), Math.max(high, column[i])], [Infinity, -Infinity]);
  if (method === "lexicographic") {
    const heaviest = share.map((_, c) => c).sort((a, b) => share[b] - share[a] || a - b);
    const apart = (i, j) => heaviest.reduce((found, c) => found || columns[c][i] - columns[c][j], 0);
    [...known].sort((i, j) => apart(i, j) || i - j).forEach((i, place) => { score[i] = place + 1; });
  } else if (method === "topsis") {
    const scaled = columns.map((column, c) => {
      const length = norm(known.map((i) => column[i])) || 1;
      return column.map((value) => (share[c] * value) / length);
    });
    const bounds = scaled.map(ends);
    for (const i of known) {
      const best = norm(scaled.map((column, c) => column[i] - bounds[c][0])), worst = norm(scaled.map((column, c) => column[i] - bounds[c][1]));
      score[i] = rounded(best + worst > 0 ? best / (best + worst) : 0, 12);
    }
  } else {
    const bounds = columns.map(ends);
    for (const i of known) {
      const parts = columns.map((column, c) => share[c] * ((column[i] - bounds[c][0]) / (bounds[c][1] - bounds[c][0] || 1)));
      score[i] = rounded(method === "weighted" ? parts.reduce((sum, part) => sum + part, 0) : norm(parts), 12);
    }
  }
  const order = [...known].sort((i, j) => score[i] - score[j] || i - j).concat(all.filter((i) => score[i] === null));
  return { order, score };
}

function createRanking(page) {
  const section = layer("ranking");
  const method = make("select", { id: "rank-method", "aria-label": "Method of the ranking" }, make("option", { value: "" }, "not ranked"), ...Object.entries(METHODS).map(([name, [title]]) => make("option", { value: name }, title)));
  const sliders = make("div", { class: "sliders" }), reset = make("button", { type: "button", class: "plain-button" }, "Order of the front");
  const said = make("p", { class: "hint", id: "rank-said", role: "status" }), best = make("ol", { id: "rank-best" });
  section.append(make("h2", {}, "Ranking by your weights"), make("div", { class: "tools" }, method, reset), sliders, said, best);
  let names = [], columns = [], result = null, waiting = false;

  const title = (name) => page.data.criteria?.[name]?.title ?? capital(name);
  const inputs = () => [...sliders.querySelectorAll("input")];
  const weights = () => inputs().map((input) => Number(input.value));

  function rank() {
    const given = weights(), isOn = method.value !== "", isPossible = given.some((weight) => weight > 0);
    result = isOn && isPossible ? rankRoutes(columns, given, method.value) : null;
    page.rank(result && result.order);
    tell();
  }
  // Sliders fire faster than a page can be drawn: one ranking a frame.
  function rankSoon() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; rank(); });
  }
  function tell() {
    const given = weights(), isOn = method.value !== "";
    reset.disabled = !isOn;
    if (!isOn) said.textContent = "Move a weight or choose a method: list and map follow at once.";
    else if (!result) said.textContent = "All weights are 0: give one criterion some weight.";
    else said.textContent = `${METHODS[method.value][0]}: ${METHODS[method.value][1]}. Weights: ${names.map((name, c) => `${title(name).toLowerCase()} ${given[c]}`).join(", ")}. Small scores are good.`;
    const top = result ? result.order.filter((i) => page.kept.has(i)).slice(0, 3) : [];
    const entry = (i) => {
      const route = page.routes[i], score = result.score[i];
      const button = make("button", { type: "button", class: "best-route", "data-route": i },
        make("strong", {}, `Route ${route.name}`), " ", make("span", { class: "label", dir: "auto" }, route.label ?? ""),
        make("span", { class: "score" }, score === null ? "unknown" : method.value === "lexicographic" ? String(score) : score.toFixed(4)));
      button.addEventListener("click", () => page.choose(i));
      for (const kind of ["pointerenter", "focus"]) button.addEventListener(kind, () => page.point(i));
      for (const kind of ["pointerleave", "blur"]) button.addEventListener(kind, () => page.point(null));
      return make("li", {}, button);
    };
    best.replaceChildren(...top.map(entry));
  }
  function slider(name) {
    const id = `weight-${name}`, input = make("input", { type: "range", id, min: 0, max: 10, step: 1, value: 5, "data-name": name }), shown = make("output", { for: id }, "5");
    input.addEventListener("input", () => {
      shown.textContent = input.value;
      if (method.value === "") method.value = "weighted";
      rankSoon();
    });
    return make("div", { class: "slider" }, make("label", { for: id }, title(name)), input, shown);
  }
  method.addEventListener("change", rank);
  reset.addEventListener("click", () => {
    method.value = "";
    for (const input of inputs()) {
      input.value = 5;
      input.nextElementSibling.textContent = "5";
    }
    rank();
    method.focus(); // the button is disabled now, and focus must not be lost
  });
  page.on("filter", () => { if (result) tell(); });
  page.on("group", () => {
    const { group, routes } = page;
    section.hidden = routes.length < 2;
    const has = (name) => routes.some((route) => isNumber(route.values[name]));
    names = (group.searched?.length ? group.searched : Object.keys(routes[0]?.values ?? {})).filter(has);
    columns = names.map((name) => routes.map((route) => route.values[name]));
    sliders.replaceChildren(...names.map(slider));
    method.value = "";
    result = null;
    tell();
  });
}
