// The scatter: two criteria as axes, one point a route, a third as size or colour. Points of a kind are one path, so that thousands stay fluid.

function createScatter(svg, chart) {
  const { page, state } = chart;
  const edge = { top: 24, right: 14, bottom: 40, left: 56 };
  const root = d3.select(svg);
  let width = 0, height = 0, X = null, Y = null, xs = [], ys = [], drawn = null, brush = null, before = null;

  const isPlaced = (i) => isNumber(xs[i]) && isNumber(ys[i]);
  const sizes = d3.range(9).map((c) => 3.2 + c * 1.5);
  const widthOf = (i) => (state.third?.how === "size" ? sizes[Math.max(0, chart.classOf(i))] : 5.5);
  const isHollow = (i) => page.routes[i].extra === "slack";
  const dot = (i) => `M${xs[i]} ${ys[i]}h0`;
  const ring = (i) => { const r = Math.max(1.5, widthOf(i) / 2 - 0.6); return `M${xs[i] - r} ${ys[i]}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`; };

  function draw(wide, high) {
    root.selectAll("*").remove();
    [width, height] = [wide - edge.left - edge.right, high - edge.top - edge.bottom];
    X = d3.scaleLinear(chart.domain(state.x), [0, width]);
    Y = d3.scaleLinear(chart.domain(state.y), [height, 0]);
    const place = (scale, name) => Array.from(chart.column(name), (value) => (isNumber(value) ? Math.round(scale(value) * 10) / 10 : null));
    [xs, ys] = [place(X, state.x), place(Y, state.y)];
    const plot = root.append("g").attr("transform", `translate(${edge.left},${edge.top})`);
    const ticks = (scale, name, count) => [scale.ticks(count), chart.tickText(scale, count)];
    const [xTicks, xText] = ticks(X, state.x, Math.max(3, width / 80)), [yTicks, yText] = ticks(Y, state.y, Math.max(3, height / 45));
    plot.append("g").attr("class", "axis").attr("transform", `translate(0,${height})`).call(d3.axisBottom(X).tickValues(xTicks).tickFormat(xText).tickSize(-height).tickPadding(7));
    plot.append("g").attr("class", "axis").call(d3.axisLeft(Y).tickValues(yTicks).tickFormat(yText).tickSize(-width).tickPadding(7));
    plot.append("text").attr("class", "axis-name").attr("x", width).attr("y", height + 34).attr("text-anchor", "end").text(chart.name(state.x));
    plot.append("text").attr("class", "axis-name").attr("x", -edge.left + 2).attr("y", -11).text(chart.name(state.y));
    drawn = { points: plot.append("g").attr("class", "points"), dots: plot.append("g").attr("class", "dots"), marks: plot.append("g").attr("class", "marks") };
    brush = d3.brush().extent([[0, 0], [width, height]]).touchable(false).on("start brush end", brushed);
    drawn.brush = plot.append("g").attr("class", "brush").call(brush);
    drawn.brush.selectAll("rect").attr("aria-hidden", "true");
    showBrush();
    update();
  }

  // Who passes and who is in colour changed: new paths, new dots.
  function update() {
    if (!drawn) return;
    const paths = new Map(); // class of the look -> path
    page.routes.forEach((_, i) => {
      if (!isPlaced(i) || page.coloured.has(i)) return;
      const kind = `${page.kept.has(i) ? "kept" : "dropped"} ${isHollow(i) ? "hollow" : "solid"}|${state.third ? chart.classOf(i) : ""}`;
      paths.set(kind, (paths.get(kind) ?? "") + (isHollow(i) ? ring(i) : dot(i)));
    });
    const rows = [...paths].sort(([a], [b]) => (a.startsWith("kept") ? 1 : 0) - (b.startsWith("kept") ? 1 : 0));
    drawn.points.selectAll("path").data(rows).join("path").attr("class", ([kind]) => kind.split("|")[0]).attr("d", ([, d]) => d).each(function look([kind]) {
      const at = kind.split("|")[1], number = at === "" ? null : Number(at);
      this.style.stroke = number !== null && number >= 0 && state.third.how === "colour" ? chart.classColour(number) : "";
      this.style.strokeWidth = kind.includes("solid") ? String(state.third?.how === "size" ? sizes[Math.max(0, number)] : 5.5) : "";
    });
    // The best of the order on top.
    const raised = page.order.filter((i) => page.coloured.has(i) && isPlaced(i)).reverse();
    const labels = chart.labels(raised.map((i) => ({ i, x: xs[i], y: ys[i], r: dotSize(i), text: badgeText(page.routes[i], page.coloured.get(i)) })), width, height);
    drawn.dots.selectAll("g").data(raised, String).join((enter) => {
      const group = enter.append("g");
      group.append("circle");
      group.append("text");
      return group;
    }).order().each(function look(i) {
      const label = labels.get(i), text = badgeText(page.routes[i], page.coloured.get(i)), byColour = state.third?.how === "colour" && chart.classOf(i) >= 0;
      paint(this, page.coloured.get(i));
      const group = d3.select(this).attr("class", `dot${page.kept.has(i) ? "" : " dropped"}${isHollow(i) ? " hollow" : ""}${byColour ? " ringed" : ""}`).attr("data-route", i).attr("transform", `translate(${xs[i]},${ys[i]})`);
      group.select("circle").attr("r", dotSize(i)).style("fill", byColour && !isHollow(i) ? chart.classColour(chart.classOf(i)) : null);
      group.select("text").attr("x", label ? label.x - xs[i] : 0).attr("y", label ? label.y - ys[i] : 0).attr("text-anchor", label?.anchor ?? "middle").text(label ? text : "");
    });
    mark();
  }
  const dotSize = (i) => (state.third?.how === "size" ? Math.max(3.6, widthOf(i) / 2 + 0.8) : 4.8);

  // The knee, the chosen route and the one pointed at.
  function mark() {
    if (!drawn) return;
    const marks = [];
    const radius = (i) => (page.coloured.has(i) ? dotSize(i) : widthOf(i) / 2);
    if (isNumber(page.group.knee) && isPlaced(page.group.knee)) marks.push(["knee", page.group.knee]);
    if (page.chosen !== null && isPlaced(page.chosen)) marks.push(["chosen", page.chosen]);
    const { route } = page.pointed;
    if (route !== null && route !== page.chosen && isPlaced(route)) marks.push(["pointed", route]);
    drawn.marks.selectAll("g").data(marks, ([kind]) => kind).join((enter) => {
      const group = enter.append("g");
      group.append("path");
      group.append("text");
      return group;
    }).attr("class", ([kind]) => kind).attr("transform", ([, i]) => `translate(${xs[i]},${ys[i]})`).each(function look([kind, i]) {
      const r = radius(i) + (kind === "knee" ? 4 : 3);
      if (page.coloured.has(i)) paint(this, page.coloured.get(i));
      const d = kind === "knee" ? `M0 ${-r - 2}L${r + 2} 0L0 ${r + 2}L${-r - 2} 0Z` : `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
      d3.select(this).select("path").attr("d", d);
      const left = xs[i] > width - 48;
      d3.select(this).select("text").attr("x", left ? -r - 5 : r + 5).attr("y", r + 6).attr("text-anchor", left ? "end" : "start").text(kind === "knee" ? "knee" : "");
    });
  }

  function brushed(event) {
    if (!event.sourceEvent) return; // moved by the page itself
    if (event.type === "start") before = new Map(chart.ranges);
    if (event.selection) {
      const [[x0, y0], [x1, y1]] = event.selection;
      chart.setRange(state.x, x0 <= 0 && x1 >= width ? null : [X.invert(x0), X.invert(x1)]);
      chart.setRange(state.y, y0 <= 0 && y1 >= height ? null : [Y.invert(y1), Y.invert(y0)]);
    } else if (event.type === "end") {
      // A click: on a point it chooses (see `click` in chart.js) and the range stays, elsewhere it clears.
      const [x, y] = d3.pointer(event.sourceEvent, drawn.brush.node());
      const stays = nearest(x + edge.left, y + edge.top) !== null;
      for (const name of [state.x, state.y]) chart.setRange(name, stays ? before.get(name) ?? null : null, true);
      showBrush();
    }
  }
  function showBrush() {
    if (!drawn) return;
    const [x, y] = [chart.shownRange(state.x), chart.shownRange(state.y)];
    const [x0, x1] = x ? x.map(X) : [0, width], [y1, y0] = y ? y.map(Y) : [height, 0];
    const within = (value, most) => Math.min(most, Math.max(0, value));
    drawn.brush.call(brush.move, x || y ? [[within(x0, width), within(y0, height)], [within(x1, width), within(y1, height)]] : null);
  }

  // The kept route nearest to a place of the picture, in its pixels, or null.
  function nearest(x, y, reach = 12) {
    let found = null, least = reach * reach;
    for (const i of page.kept) {
      if (!isPlaced(i)) continue;
      const far = (xs[i] + edge.left - x) ** 2 + (ys[i] + edge.top - y) ** 2 - (page.coloured.has(i) ? 9 : 0);
      if (far < least) [found, least] = [i, far];
    }
    return found;
  }

  // Arrow keys: left and right along x, up and down along y.
  function step(key, from) {
    const name = key === "ArrowUp" || key === "ArrowDown" ? state.y : state.x, forward = key === "ArrowUp" || key === "ArrowRight";
    return { name, route: chart.along(name, from, key, forward) };
  }
  return { draw, update, mark, showBrush, nearest, step, placeOf: (i) => (isPlaced(i) ? [xs[i] + edge.left, ys[i] + edge.top] : null), height: (wide) => Math.min(380, Math.max(250, wide * 0.8)) };
}
