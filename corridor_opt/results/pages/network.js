// What the reader can ask of the network itself: where a corridor runs, and which links are closed, and why.

function createNetwork(page) {
  const { data } = page;
  const names = [...new Set(data.links.flatMap((link) => link.corridors ?? []))].sort((a, b) => a.localeCompare(b));
  const select = layer("corridor");
  select.append(make("option", { value: "" }, "none"), ...names.map((name) => make("option", { value: name }, name)));
  select.addEventListener("change", () => page.trace(select.value || null));
  layer("corridor-choice").hidden = !names.length;

  const order = (link) => (/planned|missing|construction/.test(link.status) ? 1 : 0);
  const row = (link) => {
    const [name, kind, reason, note] = linkWords(link, data);
    const button = make("button", { type: "button", class: "closed-link" }, make("span", { dir: "auto" }, name), make("span", { class: "how", dir: "auto" }, [kind, reason, note].filter(Boolean).join(". ")));
    button.addEventListener("click", () => {
      page.look(null, null, link);
      layer("stage").scrollIntoView({ block: "nearest" });
    });
    button.addEventListener("blur", () => page.say(null));
    return make("li", {}, button);
  };
  // Made when they are looked at.
  const list = () => {
    const closed = data.links.filter((link) => !link.is_open).sort((a, b) => order(a) - order(b) || a.name.localeCompare(b.name));
    layer("closed").hidden = !closed.length;
    layer("closed-title").textContent = `Closed and planned links (${closed.length})`;
    layer("closed-list").replaceChildren(...(layer("closed").open ? closed.map(row) : []));
  };
  layer("closed").addEventListener("toggle", list);
  page.on("group", list);
}
