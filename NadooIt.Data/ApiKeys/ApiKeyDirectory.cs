using System.Collections.Concurrent;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>What never changes about an API key; whether it still counts is read from the database at each use.</summary>
/// <param name="Id">The key.</param>
/// <param name="Customer">Where it works.</param>
/// <param name="Owner">For whom it acts.</param>
/// <param name="Abilities">What it may do, as far as the owner may.</param>
/// <param name="IsTest">Whether its executions are those of the test ledger.</param>
public sealed record KnownApiKey(ApiKeyId Id, CustomerId Customer, PersonId Owner, IReadOnlyCollection<Ability> Abilities, bool IsTest);

/// <summary>
/// The keys that this process has met, by their hash, so that a busy key costs no look-up of its own.
/// </summary>
public sealed class ApiKeyDirectory
{
    /// <summary>More keys than this are forgotten and met anew.</summary>
    private const int MostKnown = 10_000;

    private readonly ConcurrentDictionary<string, KnownApiKey> known = new(StringComparer.Ordinal);

    internal KnownApiKey? Find(byte[] hash) => known.GetValueOrDefault(Convert.ToHexString(hash));

    internal void Add(byte[] hash, KnownApiKey key)
    {
        if (known.Count >= MostKnown)
        {
            known.Clear();
        }

        known[Convert.ToHexString(hash)] = key;
    }
}
