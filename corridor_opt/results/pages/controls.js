// Moving the map: mouse, wheel, touch, keys and buttons.

function listen({ pan, zoom, fit, leave, settle }) {
  const held = new Map();
  let travelled = 0;
  const position = (event) => {
    const box = svgNode.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  svgNode.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    if (!held.size) travelled = 0;
    held.set(event.pointerId, position(event));
  });
  svgNode.addEventListener("pointermove", (event) => {
    const old = held.get(event.pointerId);
    if (!old) return;
    const now = position(event);
    travelled += distance(old, now);
    if (travelled < 5) return;
    if (!svgNode.hasPointerCapture(event.pointerId)) svgNode.setPointerCapture(event.pointerId);
    svgNode.classList.add("moving");
    leave();
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const centre = middle(now, other), oldCentre = middle(old, other);
      pan(centre[0] - oldCentre[0], centre[1] - oldCentre[1]);
      zoom(Math.max(distance(now, other), 10) / Math.max(distance(old, other), 10), centre);
    } else pan(now[0] - old[0], now[1] - old[1]);
    held.set(event.pointerId, now);
  });
  for (const kind of ["pointerup", "pointercancel"])
    svgNode.addEventListener(kind, (event) => {
      if (!held.delete(event.pointerId) || held.size) return;
      svgNode.classList.remove("moving");
      if (travelled >= 5) settle();
    });
  // A drag that ends on a route does not choose it.
  svgNode.addEventListener("click", (event) => travelled >= 5 && event.stopPropagation(), true);
  svgNode.addEventListener("dblclick", (event) => zoom(2, position(event)));
  svgNode.addEventListener("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode ? event.deltaY * 24 : event.deltaY;
    zoom(Math.exp(-lines * (event.ctrlKey ? 0.01 : 0.002)), position(event));
  }, { passive: false });
  svgNode.addEventListener("keydown", (event) => {
    const step = 60;
    const action = {
      ArrowLeft: () => pan(step, 0), ArrowRight: () => pan(-step, 0), ArrowUp: () => pan(0, step), ArrowDown: () => pan(0, -step),
      "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), 0: fit,
    }[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
  layer("zoom").addEventListener("click", (event) => {
    const kind = event.target.closest("button")?.dataset.zoom;
    if (kind === "in") zoom(1.5);
    if (kind === "out") zoom(1 / 1.5);
    if (kind === "fit") fit();
  });
}
