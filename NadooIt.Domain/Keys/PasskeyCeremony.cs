using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Keys;

/// <summary>What a touch of a key is asked for. An answer made for one purpose is refused for every other.</summary>
public enum CeremonyPurpose
{
    /// <summary>Signing in with a user code.</summary>
    SignIn = 1,

    /// <summary>Proving again, while signed in, that it is still the same person.</summary>
    StepUp = 2,

    /// <summary>The very first key.</summary>
    SetUp = 3,

    /// <summary>A key by invitation.</summary>
    Enrol = 4,

    /// <summary>A further key of somebody who is signed in.</summary>
    AddKey = 5,
}

/// <summary>
/// A touch that was asked for and has not been answered. It is taken away with the answer, so that an answer counts
/// once, on whatever node it arrives.
/// </summary>
/// <param name="Id">SHA-256 of what the page and the browser's cookie hold; neither alone finds it.</param>
/// <param name="Purpose">What it was asked for.</param>
/// <param name="ForPerson">Who was asked; may be made up, so it refers to no row.</param>
/// <param name="IsDecoy">Whether the person was made up for an unknown user code.</param>
/// <param name="State">The challenge and what the answer is checked against.</param>
/// <param name="ExpiresAt">From when on an answer is refused.</param>
public sealed record PasskeyCeremony(
    byte[] Id, CeremonyPurpose Purpose, PersonId ForPerson, bool IsDecoy, string State, DateTimeOffset ExpiresAt) : IShared;
