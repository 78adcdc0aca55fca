using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Programs;

/// <summary>A program of the catalogue: a small tool for one work step, which customers use as customer programs.</summary>
public sealed class CatalogueProgram : IShared
{
    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 200;

    /// <summary>Longest description, in characters.</summary>
    public const int LongestDescription = 10_000;

    private CatalogueProgram()
    {
    }

    /// <summary>Identifier.</summary>
    public ProgramId Id { get; private set; }

    /// <summary>Name, 1 to 200 characters.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What it does, up to 10,000 characters.</summary>
    public string Description { get; private set; } = "";

    /// <summary>When it was added to the catalogue.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When it was retired; null while it can be assigned to customers.</summary>
    public DateTimeOffset? RetiredAt { get; private set; }

    /// <summary>Marked as sample data, removable in one action by an operator.</summary>
    public bool IsSample { get; private set; }

    /// <summary>Adds a program to the catalogue.</summary>
    /// <exception cref="Refused">Name or description is outside its limits.</exception>
    public static CatalogueProgram Create(string name, string description, DateTimeOffset now, bool isSample = false)
    {
        var program = new CatalogueProgram { Id = NewId.At<ProgramId>(now), CreatedAt = now, IsSample = isSample };
        program.Describe(name, description);
        return program;
    }

    /// <summary>Changes name and description.</summary>
    /// <exception cref="Refused">Name or description is outside its limits.</exception>
    public void Describe(string name, string description)
    {
        var (newName, newDescription) = (name.Trim(), description.Trim());
        if (newName.Length is 0 or > LongestName || newDescription.Length > LongestDescription)
        {
            throw new Refused(ProgramRefusals.DescriptionInvalid);
        }

        (Name, Description) = (newName, newDescription);
    }

    /// <summary>Takes the program out of the catalogue; customers who use it keep it.</summary>
    public void Retire(DateTimeOffset now) => RetiredAt ??= now;

    /// <summary>Puts a retired program back.</summary>
    public void Restore() => RetiredAt = null;
}

/// <summary>A program needs another one to run.</summary>
public sealed record ProgramDependency(ProgramId ProgramId, ProgramId DependsOnId) : IShared;

/// <summary>Dependencies between programs form no cycle.</summary>
public static class ProgramDependencies
{
    /// <summary>Whether the program would, directly or through others, depend on itself.</summary>
    public static bool WouldLoop(ProgramId program, ProgramId dependsOn, IEnumerable<ProgramDependency> existing)
    {
        var next = existing.ToLookup(dependency => dependency.ProgramId, dependency => dependency.DependsOnId);
        var seen = new HashSet<ProgramId>();
        var open = new Stack<ProgramId>([dependsOn]);
        while (open.TryPop(out var current))
        {
            if (current == program)
            {
                return true;
            }

            if (seen.Add(current))
            {
                foreach (var further in next[current])
                {
                    open.Push(further);
                }
            }
        }

        return false;
    }
}

/// <summary>What the Programs module refuses.</summary>
public static class ProgramRefusals
{
    /// <summary>Name or description is outside its limits.</summary>
    public static readonly Refusal DescriptionInvalid = new("program.description_invalid", RefusalKind.Invalid);

    /// <summary>The program would depend on itself.</summary>
    public static readonly Refusal DependencyLoop = new("program.dependency_loop", RefusalKind.Conflict);

    /// <summary>The program is retired and cannot be assigned any more.</summary>
    public static readonly Refusal Retired = new("program.retired", RefusalKind.Conflict);
}
