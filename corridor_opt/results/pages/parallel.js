// Parallel axes: one upright axis a criterion, one line a route, a brush on each axis.

function createParallel(svg, chart) {
  const { page, state } = chart;
  const edge = { top: 46, right: 30, bottom: 12, left: 44 };
  const root = d3.select(svg);
  const SHEETS = 24; // lines are spread over so many paths: where many lie they show darker
  let width = 0, height = 0, X = null, scales = new Map(), lines = [], drawn = null, brushes = new Map(), focus = 0;

  function draw(wide, high) {
    root.selectAll("*").remove();
    [width, height] = [wide - edge.left - edge.right, high - edge.top - edge.bottom];
    X = d3.scalePoint(state.axes, [0, width]);
    scales = new Map(state.axes.map((name) => [name, d3.scaleLinear(chart.domain(name), [height, 0])]));
    const columns = state.axes.map((name) => [Math.round(X(name) * 10) / 10, scales.get(name), chart.column(name)]);
    lines = page.routes.map((_, i) => {
      let line = "", isBroken = true; // an unknown value breaks the line
      for (const [x, scale, column] of columns) {
        if (!isNumber(column[i])) { isBroken = true; continue; }
        line += `${isBroken ? "M" : "L"}${x} ${Math.round(scale(column[i]) * 10) / 10}`;
        isBroken = false;
      }
      return line;
    });
    const plot = root.append("g").attr("transform", `translate(${edge.left},${edge.top})`);
    drawn = { dropped: plot.append("path").attr("class", "line dropped"), kept: plot.append("g").attr("class", "line kept"), slack: plot.append("path").attr("class", "line slack"), routes: plot.append("g").attr("class", "line routes"), marks: plot.append("g").attr("class", "line marks") };
    brushes = new Map();
    const axes = plot.selectAll("g.upright").data(state.axes).join("g").attr("class", "axis upright").attr("data-name", (name) => name).attr("transform", (name) => `translate(${X(name)},0)`);
    axes.each(function fill(name) {
      const scale = scales.get(name), axis = d3.select(this), count = Math.max(3, height / 45);
      axis.append("g").call(d3.axisLeft(scale).tickValues(scale.ticks(count)).tickFormat(chart.tickText(scale, count)).tickSize(4));
      const words = chart.title(name).split(" "), label = axis.append("g").attr("class", "axis-name").attr("transform", `translate(0,${-12 - 13 * words.length})`);
      [...words, chart.unit(name)].forEach((word, row) => label.append("text").attr("text-anchor", "middle").attr("y", row * 13).attr("class", row < words.length ? "title" : "unit").text(word));
      label.call(d3.drag().container(plot.node()).on("drag", (event) => axis.attr("transform", `translate(${event.x},0)`)).on("end", (event) => moveTo(name, event.x)));
      const brush = d3.brushY().extent([[-11, 0], [11, height]]).on("start brush end", (event) => brushed(event, name));
      brushes.set(name, [brush, axis.append("g").attr("class", "brush").call(brush)]);
    });
    showBrush();
    update();
  }

  function update() {
    if (!drawn) return;
    const grey = page.routes.map((_, i) => i).filter((i) => !page.coloured.has(i));
    drawn.dropped.attr("d", grey.filter((i) => !page.kept.has(i)).map((i) => lines[i]).join(""));
    const kept = grey.filter((i) => page.kept.has(i)), solid = kept.filter((i) => page.routes[i].extra !== "slack");
    const sheets = d3.range(Math.min(SHEETS, solid.length)).map((sheet) => solid.filter((_, n) => n % SHEETS === sheet).map((i) => lines[i]).join(""));
    drawn.kept.selectAll("path").data(sheets).join("path").attr("d", (d) => d);
    drawn.slack.attr("d", kept.filter((i) => page.routes[i].extra === "slack").map((i) => lines[i]).join(""));
    const raised = page.order.filter((i) => page.coloured.has(i)).reverse();
    drawn.routes.selectAll("path").data(raised, String).join("path").order().attr("data-route", (i) => i).attr("d", (i) => lines[i]).each(function look(i) {
      paint(this, page.coloured.get(i));
      this.setAttribute("class", `${dashOf(page.coloured.get(i))}${page.kept.has(i) ? "" : " dropped"}`);
    });
    mark();
  }

  function mark() {
    if (!drawn) return;
    const marks = [["knee", page.group.knee], ["chosen", page.chosen], ["pointed", page.pointed.route]].filter(([, i]) => isNumber(i));
    drawn.marks.selectAll("path").data(marks, ([kind]) => kind).join("path").attr("class", ([kind]) => kind).attr("d", ([, i]) => lines[i]).each(function look([, i]) {
      if (page.coloured.has(i)) paint(this, page.coloured.get(i));
      else this.style.removeProperty("--colour");
    });
  }

  function brushed(event, name) {
    if (!event.sourceEvent) return;
    if (event.selection) {
      const [y0, y1] = event.selection, scale = scales.get(name);
      chart.setRange(name, y0 <= 0 && y1 >= height ? null : [scale.invert(y1), scale.invert(y0)]);
    } else if (event.type === "end") chart.setRange(name, null);
  }
  function showBrush() {
    if (!drawn) return;
    for (const [name, [brush, group]] of brushes) {
      const range = chart.shownRange(name)?.map(scales.get(name)).map((y) => Math.min(height, Math.max(0, y)));
      group.call(brush.move, range ? [range[1], range[0]] : null);
    }
  }

  function moveTo(name, x) {
    const at = (other) => (other === name ? x : X(other));
    state.axes = [...state.axes].sort((a, b) => at(a) - at(b));
    chart.redraw();
  }

  // The kept route whose line passes nearest to a place, in pixels of the picture, or null.
  function nearest(x, y, reach = 9) {
    const at = x - edge.left, places = state.axes.map((name) => X(name));
    const right = Math.min(places.length - 1, Math.max(1, places.findIndex((place) => place >= at)));
    const [a, b] = [state.axes[right - 1], state.axes[right]], t = (at - places[right - 1]) / (places[right] - places[right - 1]);
    if (!(t >= -0.1 && t <= 1.1)) return null;
    const [low, high, from, to] = [scales.get(a), scales.get(b), chart.column(a), chart.column(b)];
    let found = null, least = reach;
    for (const i of page.kept) {
      if (!isNumber(from[i]) || !isNumber(to[i])) continue;
      const far = Math.abs(low(from[i]) * (1 - t) + high(to[i]) * t + edge.top - y);
      if (far < least) [found, least] = [i, far];
    }
    return found;
  }

  // Arrow keys: up and down along an axis, left and right to the next axis, with Shift they move the axis.
  function step(key, from, shift) {
    focus = Math.min(focus, state.axes.length - 1);
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const next = Math.min(state.axes.length - 1, Math.max(0, focus + (key === "ArrowRight" ? 1 : -1)));
      if (shift && next !== focus) {
        const axes = [...state.axes];
        [axes[focus], axes[next]] = [axes[next], axes[focus]];
        state.axes = axes;
        chart.redraw();
      }
      focus = next;
      return { name: state.axes[focus], route: from ?? chart.along(state.axes[focus], null, "Home", true), axis: true };
    }
    return { name: state.axes[focus], route: chart.along(state.axes[focus], from, key, key === "ArrowUp") };
  }
  return { draw, update, mark, showBrush, nearest, step, placeOf: () => null, height: (wide) => Math.min(360, Math.max(270, wide * 0.74)) };
}
