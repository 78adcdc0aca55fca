using System.Collections.Concurrent;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Kernel;

/// <summary>
/// What was inside for callers when they last opened. The door's question says it on the connection right away, instead of nothing,
/// which saves a statement of its own where it is still so. It is a guess: the door computes what is inside from what the question
/// answered, and where that is anything else, the connection is told so before anything is asked on it.
/// </summary>
internal sealed class FenceGuesses
{
    private const int MostKept = 10_000;

    private readonly ConcurrentDictionary<(PersonId Person, ApiKeyId? Key, Ability Ability), ToldFence> kept = new();

    public ToldFence Of(Caller caller, Ability ability) => kept.GetValueOrDefault((caller.Person, caller.ApiKey, ability), ToldFence.Nothing);

    public void Keep(Caller caller, Ability ability, Fence fence)
    {
        if (kept.Count >= MostKept)
        {
            kept.Clear();
        }

        kept[(caller.Person, caller.ApiKey, ability)] = DatabaseFence.ToldOf(fence);
    }
}
