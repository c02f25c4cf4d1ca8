// Everything is put together here, last.

const read = (id) => JSON.parse(layer(id).textContent);
const page = createPage(unpack(read("document")));
layer("title").textContent = page.data.title;
layer("subtitle").textContent = page.data.subtitle;
createLegend(page);
const map = createMap({ page, outlines: read("outlines"), seas: read("seas-table") });
createNetwork(page);
createTip(page, map.placeOf);
createPanel(page);
createRanking(page);
createChart(page);

// On a small screen the parts of the page lie below each other.
const parts = { list: "Routes", ranking: "Ranking", chart: "Trade-offs", legend: "Legend" };
for (const [id, name] of Object.entries(parts)) {
  const button = make("button", { type: "button", "data-jump": id }, name);
  button.addEventListener("click", () => {
    layer(id).scrollIntoView({ block: "start" });
    layer(id).setAttribute("tabindex", -1);
    layer(id).focus({ preventScroll: true });
  });
  layer("jump").append(button);
}
const showJumps = () => { for (const button of layer("jump").children) button.hidden = layer(button.dataset.jump).hidden || !layer(button.dataset.jump).children.length; };

page.data.groups.forEach(({ name }, i) => layer("group").append(make("option", { value: i }, name)));
layer("choice").hidden = page.data.groups.length < 2;
const open = (number) => {
  page.show(number);
  showJumps();
  if (page.routes.length === 1) page.choose(0);
};
layer("group").addEventListener("change", (event) => open(Number(event.target.value)));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  page.say(null);
  page.point(null);
  page.choose(null);
});

// Light or dark as the system is, until the reader says otherwise.
const isDark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const sayTheme = () => layer("theme").setAttribute("aria-pressed", isDark());
layer("theme").addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  sayTheme();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", sayTheme);
sayTheme();
open(0);
// For those who look behind the page, and for tests.
Object.assign(globalThis, { corridorPage: page, rankRoutes });
