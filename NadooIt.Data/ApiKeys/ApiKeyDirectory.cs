using System.Collections.Concurrent;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>What never changes about an API key; whether it still counts is read from the database at each use.</summary>
/// <param name="Id">The key.</param>
/// <param name="Owner">For whom it acts.</param>
/// <param name="Abilities">What it may do, as far as the owner may.</param>
public sealed record KnownApiKey(ApiKeyId Id, PersonId Owner, IReadOnlyCollection<Ability> Abilities);

/// <summary>
/// The keys that this process has met, by their hash, so that a busy key costs no look-up of its own; and when each
/// was last used, to the minute, until that is written down.
/// </summary>
public sealed class ApiKeyDirectory
{
    /// <summary>More keys than this are forgotten and met anew.</summary>
    private const int MostKnown = 10_000;

    private readonly ConcurrentDictionary<string, KnownApiKey> known = new(StringComparer.Ordinal);
    private ConcurrentDictionary<ApiKeyId, DateTimeOffset> used = new();

    internal KnownApiKey? Find(byte[] hash) => known.GetValueOrDefault(Convert.ToHexString(hash));

    internal void Add(byte[] hash, KnownApiKey key)
    {
        if (known.Count >= MostKnown)
        {
            known.Clear();
        }

        known[Convert.ToHexString(hash)] = key;
    }

    /// <summary>Notes that a key is used now.</summary>
    internal void NoteUse(ApiKeyId key, DateTimeOffset now)
    {
        var minute = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        if (!used.TryGetValue(key, out var noted) || noted < minute)
        {
            used[key] = minute;
        }
    }

    /// <summary>Hands out what was noted since the last time.</summary>
    internal IReadOnlyDictionary<ApiKeyId, DateTimeOffset> TakeUses() => Interlocked.Exchange(ref used, new());
}
