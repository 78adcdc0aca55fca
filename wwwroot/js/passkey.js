// Forms with data-passkey="create" or "get" ask for a touch of a security key before they are sent.
//
//   <form method="post" data-passkey="get" data-options-url="/sign-in/options"
//         data-text-waiting="..." data-text-cancelled="..." data-text-...="...">
//     fields, antiforgery token
//     <input type="hidden" name="ceremony"><input type="hidden" name="credential">
//     <p data-passkey-message role="status" aria-live="polite"></p>
//     <button type="submit" disabled>...</button>
//   </form>
//
// Every text comes from the form in the language of the page; data-text-failed is used where a special one is missing.

const busyForms = new WeakSet();

document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form instanceof HTMLFormElement && form.dataset.passkey) {
        event.preventDefault();
        event.stopImmediatePropagation();
        run(form);
    }
}, true);

// The button arrives disabled, so that nothing is sent before this script can ask for a touch. Pages that arrive later,
// or are patched, are enabled too; without scripts the button stays as it is and the page says why.
new MutationObserver(enable).observe(document, { subtree: true, childList: true, attributeFilter: ['disabled'] });
enable();

function enable() {
    document.querySelectorAll('form[data-passkey] button[type=submit]:disabled').forEach((button) => {
        if (!busyForms.has(button.form)) {
            button.disabled = false;
        }
    });
}

// A page that comes back from the back/forward cache must not resend a spent answer or stay locked.
addEventListener('pageshow', (event) => {
    if (event.persisted) {
        document.querySelectorAll('form[data-passkey]').forEach((form) => {
            clear(form);
            setBusy(form, false);
            say(form, '');
        });
    }
});

async function run(form) {
    if (busyForms.has(form)) {
        return;
    }

    setBusy(form, true);
    clear(form);
    say(form, 'waiting');
    try {
        if (!window.PublicKeyCredential || !navigator.credentials) {
            throw new Refusal('unsupported');
        }

        const start = await fetchOptions(form);
        const credential = form.dataset.passkey === 'create'
            ? await navigator.credentials.create({ publicKey: creationOptions(start.publicKey) })
            : await navigator.credentials.get({ publicKey: requestOptions(start.publicKey) });
        if (!credential) {
            throw new Refusal('cancelled');
        }

        field(form, 'ceremony').value = start.ceremony;
        field(form, 'credential').value = JSON.stringify(toJson(credential));
        say(form, 'sending');
        HTMLFormElement.prototype.submit.call(form);
    } catch (error) {
        setBusy(form, false);
        say(form, reasonOf(error));
    }
}

async function fetchOptions(form) {
    let response;
    try {
        response = await fetch(form.dataset.optionsUrl, {
            method: 'POST',
            body: new FormData(form),
            headers: { Accept: 'application/json' },
            credentials: 'same-origin',
            redirect: 'error',
        });
    } catch {
        throw new Refusal('offline');
    }

    if (response.ok) {
        return response.json();
    }

    if (response.status === 429) {
        throw new Refusal('too-many');
    }

    if (response.status === 401) {
        throw new Refusal('signed-out');
    }

    const problem = await response.json().catch(() => ({}));
    throw new Refusal(problem.code ?? 'failed');
}

class Refusal extends Error {
    constructor(reason) {
        super(reason);
        this.reason = reason;
    }
}

function reasonOf(error) {
    if (error instanceof Refusal) {
        return error.reason;
    }

    switch (error?.name) {
        // Browsers report a cancelled dialog, a timeout and a missing key alike, so that a site cannot probe for keys.
        case 'NotAllowedError':
        case 'AbortError':
            return 'cancelled';
        case 'InvalidStateError':
            return 'already-registered';
        case 'NotSupportedError':
        case 'ConstraintError':
            return 'unsupported';
        case 'SecurityError':
            return 'wrong-address';
        default:
            return 'failed';
    }
}

function say(form, reason) {
    const place = form.querySelector('[data-passkey-message]');
    if (!place) {
        return;
    }

    const isProgress = reason === 'waiting' || reason === 'sending';
    const key = 'text' + reason.replace(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase());
    const text = reason === '' ? '' : form.dataset[key] ?? (reason === 'sending' ? form.dataset.textWaiting : form.dataset.textFailed) ?? '';
    place.dataset.state = reason === '' ? '' : isProgress ? 'progress' : 'error';
    place.setAttribute('role', isProgress || reason === '' ? 'status' : 'alert');
    place.textContent = text;
}

function setBusy(form, isBusy) {
    if (isBusy) {
        busyForms.add(form);
    } else {
        busyForms.delete(form);
    }

    form.setAttribute('aria-busy', String(isBusy));
    form.querySelectorAll('button[type=submit], button:not([type])').forEach((button) => {
        button.disabled = isBusy;
    });
    if (!isBusy && (document.activeElement === document.body || document.activeElement === null)) {
        // A disabled button loses the focus; keyboards continue where they were.
        form.querySelector('button[type=submit], button:not([type])')?.focus();
    }
}

function clear(form) {
    field(form, 'ceremony').value = '';
    field(form, 'credential').value = '';
}

function field(form, name) {
    let input = form.querySelector(`input[type=hidden][name=${name}]`);
    if (!input) {
        input = document.createElement('input');
        input.type = 'hidden';
        input.name = name;
        form.append(input);
    }

    return input;
}

function creationOptions(json) {
    if (typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function') {
        return PublicKeyCredential.parseCreationOptionsFromJSON(json);
    }

    return {
        ...json,
        challenge: decode(json.challenge),
        user: { ...json.user, id: decode(json.user.id) },
        excludeCredentials: (json.excludeCredentials ?? []).map(descriptor),
    };
}

function requestOptions(json) {
    if (typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function') {
        return PublicKeyCredential.parseRequestOptionsFromJSON(json);
    }

    return {
        ...json,
        challenge: decode(json.challenge),
        allowCredentials: (json.allowCredentials ?? []).map(descriptor),
    };
}

function descriptor(json) {
    return { ...json, id: decode(json.id) };
}

// Written out instead of credential.toJSON(): some browsers lack it, and some password managers break it.
function toJson(credential) {
    const response = credential.response;
    const json = {
        id: credential.id,
        rawId: encode(credential.rawId),
        type: credential.type,
        clientExtensionResults: credential.getClientExtensionResults?.() ?? {},
        response: { clientDataJSON: encode(response.clientDataJSON) },
    };
    if (credential.authenticatorAttachment) {
        json.authenticatorAttachment = credential.authenticatorAttachment;
    }

    if (response.attestationObject) {
        json.response.attestationObject = encode(response.attestationObject);
        json.response.transports = response.getTransports?.() ?? [];
    } else {
        json.response.authenticatorData = encode(response.authenticatorData);
        json.response.signature = encode(response.signature);
        if (response.userHandle) {
            json.response.userHandle = encode(response.userHandle);
        }
    }

    return json;
}

function encode(buffer) {
    const text = Array.from(new Uint8Array(buffer), (value) => String.fromCharCode(value)).join('');
    return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function decode(text) {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}
