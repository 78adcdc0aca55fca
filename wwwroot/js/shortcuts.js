// Ctrl+K (or Command+K) presses or focuses the element with data-shortcut="k".
document.addEventListener("keydown", event => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") {
        return;
    }

    const target = document.querySelector('[data-shortcut="k"]');
    if (!target) {
        return;
    }

    event.preventDefault();
    if (target.matches("input")) {
        target.focus();
        target.select();
    } else {
        target.click();
    }
});
