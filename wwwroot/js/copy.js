// <button data-copy="#id" data-copied="Copied" data-copy-failed="Select and copy by hand">
// An empty data-copy copies the data-copy-text of the button itself.
import { announce } from "./announce.js";

const shownForMilliseconds = 2000;

function selectText(element) {
    if (element) {
        getSelection().selectAllChildren(element);
    }
}

function show(button, text) {
    announce(text);
    const label = button.querySelector("[data-copy-label]") ?? button;
    button.dataset.label ??= label.textContent;
    label.textContent = text;
    clearTimeout(button.copyTimer);
    button.copyTimer = setTimeout(() => { label.textContent = button.dataset.label; }, shownForMilliseconds);
}

document.addEventListener("click", async event => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) {
        return;
    }

    const source = button.dataset.copy ? document.querySelector(button.dataset.copy) : null;
    const text = (source?.value ?? source?.textContent ?? button.dataset.copyText ?? "").trim();
    try {
        await navigator.clipboard.writeText(text);
        show(button, button.dataset.copied ?? "✓");
    } catch {
        selectText(source);
        show(button, button.dataset.copyFailed ?? "Ctrl+C");
    }
});
