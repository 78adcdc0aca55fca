using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using NadooIt.Data.Keys;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Web.SignIn;

/// <summary>What the browser needs in order to ask for a touch.</summary>
/// <param name="Ceremony">The ceremony id; comes back with the credential.</param>
/// <param name="PublicKey">The options for <c>navigator.credentials</c>, in WebAuthn's JSON form.</param>
internal sealed record CeremonyStart(string Ceremony, JsonNode PublicKey);

/// <summary>What the form brings back: both fields as posted, unchecked.</summary>
internal sealed record PasskeyAnswer(string? Ceremony, string? Credential)
{
    public static PasskeyAnswer From(IFormCollection form) => new(form["ceremony"], form["credential"]);
}

/// <summary>
/// The passkey ceremonies: each has a begin, which keeps its state as a row and binds it to the browser by a cookie,
/// and a complete, which takes that row away, so that an answer counts once, on whatever node it arrives.
/// </summary>
/// <remarks>
/// WebAuthn Level 3, sections 7.1 and 7.2, are carried out by the framework's handler; its own cookie state is not
/// used, because the same answer can be replayed against it for five minutes.
/// Every complete answers null for every kind of failure; the reason goes to the log only.
/// </remarks>
internal sealed class PasskeyCeremonies(
    IPasskeyHandler<PasskeyPerson> handler,
    PersonStore persons,
    PasskeyStorage storage,
    IOptions<PasskeySettings> settings,
    TimeProvider time,
    ILogger<PasskeyCeremonies> logger)
{
    private const int SecretSize = 32;
    private const int ReasonLengthMaximum = 300;
    private const int CredentialLengthMaximum = 64 * 1024;
    private static readonly int SecretTextLength = Base64Url.GetEncodedLength(SecretSize);

    /// <summary>Begins to register a key for <paramref name="person"/>, whose other keys are excluded.</summary>
    /// <param name="purpose">Set-up, enrolment or adding a key; the caller has checked that it is allowed now.</param>
    /// <param name="person">The person; for set-up one that is not stored yet and comes back on completion.</param>
    public async Task<CeremonyStart> BeginRegistrationAsync(
        HttpContext http, CeremonyPurpose purpose, PasskeyPerson person, CancellationToken cancellationToken)
    {
        var entity = new PasskeyUserEntity { Id = person.Id.ToString(), Name = person.UserCode, DisplayName = person.DisplayName };
        var made = await handler.MakeCreationOptionsAsync(entity, http);
        var options = JsonNode.Parse(made.CreationOptionsJson)!;
        options["rp"]!["name"] = settings.Value.ServerName;
        if (await storage.AsksForModelAsync(person.Id, cancellationToken))
        {
            // Browsers tell the model of a key only to those who ask, and ask its owner before.
            options["attestation"] = "direct";
        }

        return await KeepAsync(http, purpose, person, made.AttestationState, options, cancellationToken);
    }

    /// <summary>Checks a new key. The caller stores it; the unique credential id decides between two callers.</summary>
    /// <param name="personId">Whose key it must be; null for set-up, where the person comes into being with the key.</param>
    /// <returns>The key, or null if it is not accepted for whatever reason.</returns>
    public async Task<RegisteredKey?> CompleteRegistrationAsync(
        HttpContext http, CeremonyPurpose purpose, PersonId? personId, PasskeyAnswer answer, CancellationToken cancellationToken)
    {
        if (await TakeAsync(http, purpose, personId, answer, cancellationToken) is not { } ceremony)
        {
            return null;
        }

        var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext
        {
            HttpContext = http,
            CredentialJson = answer.Credential!,
            AttestationState = ceremony.State,
        });
        persons.ThrowFault();
        if (!result.Succeeded)
        {
            Refuse(http, purpose, result.Failure.Message);
            return null;
        }

        var entity = result.UserEntity;
        var person = new PasskeyPerson(new PersonId(Guid.Parse(entity.Id)), entity.Name, entity.DisplayName);
        SignInLog.Completed(logger, purpose, AddressOf(http), person.Id);
        return RegisteredKey.From(result.Passkey, person, settings.Value.ServerDomain);
    }

    /// <summary>Begins a sign-in for a user code, known or not: the answer does not tell which.</summary>
    /// <param name="typedCode">What was typed; any text.</param>
    public async Task<CeremonyStart> BeginSignInAsync(HttpContext http, string typedCode, CancellationToken cancellationToken)
    {
        // Both are worked out for every code, so that the time taken says nothing either.
        var isCode = UserCode.TryParse(typedCode, out var code);
        var decoy = new DecoyKeys(await storage.ReadDecoySecretAsync(cancellationToken)).PersonFor(SpellingOf(typedCode));
        var owner = await storage.FindPersonWithKeysAsync(isCode ? code : UserCode.FromStored("-"), cancellationToken);
        return await BeginAssertionAsync(http, CeremonyPurpose.SignIn, owner is null ? decoy : PasskeyPerson.From(owner), cancellationToken);
    }

    /// <summary>The spelling in which codes are compared, also for what is no code.</summary>
    public static string SpellingOf(string typedCode) =>
        UserCode.TryParse(typedCode, out var code) ? code.Value : typedCode.Trim().ToUpperInvariant();

    /// <summary>Checks the answer of a sign-in; the use case records it and decides between two at once.</summary>
    /// <returns>The touch, or null: "user code or security key not accepted".</returns>
    public Task<KeyTouch?> CompleteSignInAsync(HttpContext http, PasskeyAnswer answer, CancellationToken cancellationToken) =>
        CompleteAssertionAsync(http, CeremonyPurpose.SignIn, personId: null, answer, cancellationToken);

    /// <summary>Asks the signed-in person for a fresh touch.</summary>
    public Task<CeremonyStart> BeginStepUpAsync(HttpContext http, PasskeyPerson person, CancellationToken cancellationToken) =>
        BeginAssertionAsync(http, CeremonyPurpose.StepUp, person, cancellationToken);

    /// <summary>Checks the fresh touch of exactly the signed-in person; the use case records it.</summary>
    /// <returns>The touch, or null if it is not accepted.</returns>
    public Task<KeyTouch?> CompleteStepUpAsync(
        HttpContext http, PersonId personId, PasskeyAnswer answer, CancellationToken cancellationToken) =>
        CompleteAssertionAsync(http, CeremonyPurpose.StepUp, personId, answer, cancellationToken);

    private async Task<CeremonyStart> BeginAssertionAsync(
        HttpContext http, CeremonyPurpose purpose, PasskeyPerson person, CancellationToken cancellationToken)
    {
        var made = await handler.MakeRequestOptionsAsync(person, http);
        return await KeepAsync(http, purpose, person, made.AssertionState, JsonNode.Parse(made.RequestOptionsJson)!, cancellationToken);
    }

    private async Task<KeyTouch?> CompleteAssertionAsync(
        HttpContext http, CeremonyPurpose purpose, PersonId? personId, PasskeyAnswer answer, CancellationToken cancellationToken)
    {
        if (await TakeAsync(http, purpose, personId, answer, cancellationToken) is not { } ceremony)
        {
            return null;
        }

        if (ceremony.IsDecoy)
        {
            persons.Admit(DecoyKeys.Person(ceremony.ForPerson));
        }

        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext
        {
            HttpContext = http,
            CredentialJson = answer.Credential!,
            AssertionState = ceremony.State,
        });
        persons.ThrowFault();
        if (!result.Succeeded)
        {
            Refuse(http, purpose, result.Failure.Message);
            return null;
        }

        var person = result.User;
        var passkey = result.Passkey;
        if (ceremony.IsDecoy || person.IsDecoy || person.Id != ceremony.ForPerson)
        {
            Refuse(http, purpose, "The ceremony belongs to nobody.");
            return null;
        }

        SignInLog.Completed(logger, purpose, AddressOf(http), person.Id);
        return new KeyTouch(person.Id, passkey.CredentialId, passkey.SignCount, passkey.IsBackedUp);
    }

    private async Task<CeremonyStart> KeepAsync(
        HttpContext http, CeremonyPurpose purpose, PasskeyPerson person, string? state, JsonNode options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        var ceremonyId = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretSize));
        var secret = IsSecret(http.Request.Cookies[CookieName(http)], out var present)
            ? present
            : Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretSize));
        var lifetime = settings.Value.Timeout;

        await storage.KeepCeremonyAsync(
            new PasskeyCeremony(KeyOf(ceremonyId, secret), purpose, person.Id, person.IsDecoy, state, time.GetUtcNow() + lifetime),
            cancellationToken);

        // One secret serves all tabs of a browser; each ceremony still has its own id and is taken once.
        http.Response.Cookies.Append(CookieName(http), secret, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = lifetime,
            Path = "/",
            SameSite = SameSiteMode.Strict,
            Secure = http.Request.IsHttps,
        });
        http.Response.Headers.CacheControl = "no-store";
        return new CeremonyStart(ceremonyId, options);
    }

    private async Task<PasskeyCeremony?> TakeAsync(
        HttpContext http, CeremonyPurpose purpose, PersonId? personId, PasskeyAnswer answer, CancellationToken cancellationToken)
    {
        if (!IsSecret(answer.Ceremony, out var ceremonyId)
            || !IsSecret(http.Request.Cookies[CookieName(http)], out var secret)
            || answer.Credential is not { Length: > 0 and <= CredentialLengthMaximum })
        {
            Refuse(http, purpose, "The answer or the cookie is missing or malformed.");
            return null;
        }

        var ceremony = await storage.TakeCeremonyAsync(KeyOf(ceremonyId, secret), cancellationToken);
        if (ceremony is null || ceremony.ExpiresAt <= time.GetUtcNow())
        {
            Refuse(http, purpose, "The ceremony is unknown in this browser, used or expired.");
            return null;
        }

        if (ceremony.Purpose != purpose || (personId is { } expected && expected != ceremony.ForPerson))
        {
            Refuse(http, purpose, "The ceremony was begun for another purpose or person.");
            return null;
        }

        return ceremony;
    }

    /// <summary>The row's key needs both halves, so neither the page nor the cookie alone finds or spends a ceremony.</summary>
    private static byte[] KeyOf(string ceremonyId, string secret) => SHA256.HashData(Encoding.ASCII.GetBytes(ceremonyId + "." + secret));

    private static bool IsSecret(string? text, out string secret)
    {
        secret = text ?? "";
        return secret.Length == SecretTextLength && Base64Url.IsValid(secret);
    }

    /// <summary>The prefix makes browsers refuse a cookie planted by a sub-domain; it works over https only.</summary>
    private static string CookieName(HttpContext http) => http.Request.IsHttps ? "__Host-nadooit-ceremony" : "nadooit-ceremony";

    private void Refuse(HttpContext http, CeremonyPurpose purpose, string reason) =>
        SignInLog.Refused(logger, purpose, AddressOf(http), OneLine(reason));

    /// <summary>Some reasons quote what the browser sent; that must not write lines of its own into the log.</summary>
    private static string OneLine(string reason) =>
        string.Concat(reason.Take(ReasonLengthMaximum).Select(character => char.IsControl(character) ? ' ' : character));

    private static string? AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString();
}
