using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Kernel;

/// <summary>Who is calling: a person in a session, or a person's API key.</summary>
/// <param name="Person">The person.</param>
/// <param name="Session">The signed-in browser; null for an API key.</param>
/// <param name="ApiKey">The API key; null for a session.</param>
/// <param name="Address">Network address of the caller.</param>
/// <param name="IsTest">Whether it is a test key, whose executions are those of the test ledger.</param>
public sealed record Caller(PersonId Person, SessionId? Session, ApiKeyId? ApiKey, string? Address, bool IsTest = false);

/// <summary>
/// The caller of the present request or circuit. It only says who claims to call; whether the session, the key and
/// the person still count is read from the database whenever a door is opened.
/// </summary>
public sealed class CurrentUser
{
    /// <summary>The caller; null for somebody who is not signed in.</summary>
    public Caller? Caller { get; set; }
}
