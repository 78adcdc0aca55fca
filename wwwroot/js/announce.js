// Says a sentence to screen readers through the page's live region.
export function announce(text) {
    let region = document.getElementById("announcer");
    if (!region) {
        region = document.createElement("div");
        region.id = "announcer";
        region.className = "visually-hidden";
        region.setAttribute("role", "status");
        document.body.append(region);
    }
    region.textContent = "";
    requestAnimationFrame(() => { region.textContent = text; });
}
