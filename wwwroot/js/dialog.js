// Native dialogs. Markup: data-dialog-open="id" and data-dialog-close. From Blazor: import this module, call open(element) or close(element).
// A click beside the dialog closes it, except while something has been typed in it or it carries data-dialog-stay.

export function open(dialogOrId) {
    const dialog = find(dialogOrId);
    if (dialog && !dialog.open) {
        dialog.showModal();
    }
}

export function close(dialogOrId) {
    find(dialogOrId)?.close();
}

function find(dialogOrId) {
    return typeof dialogOrId === "string" ? document.getElementById(dialogOrId) : dialogOrId;
}

function hasInput(dialog) {
    return [...dialog.querySelectorAll("input, textarea")].some(field =>
        field.type === "checkbox" || field.type === "radio"
            ? field.checked !== field.defaultChecked
            : field.type !== "hidden" && field.value !== field.defaultValue);
}

function isBeside(dialog, event) {
    const box = dialog.getBoundingClientRect();
    return event.target === dialog
        && (event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom);
}

let pressedBeside = null;

document.addEventListener("pointerdown", event => {
    pressedBeside = event.target instanceof HTMLDialogElement && isBeside(event.target, event) ? event.target : null;
});

document.addEventListener("click", event => {
    const opener = event.target.closest?.("[data-dialog-open]");
    if (opener) {
        open(opener.dataset.dialogOpen);
        return;
    }

    if (event.target.closest?.("[data-dialog-close]")) {
        event.target.closest("dialog")?.close();
        return;
    }

    const dialog = pressedBeside;
    pressedBeside = null;
    if (dialog && isBeside(dialog, event) && !("dialogStay" in dialog.dataset) && !hasInput(dialog)) {
        dialog.close();
    }
});
