using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Programs;

/// <summary>The active programs of the catalogue by name, to choose from.</summary>
public sealed class ListProgramChoices(Access access)
{
    /// <summary>Most choices that are offered; more than that nobody reads in a list.</summary>
    public const int Most = 500;

    /// <summary>One choice.</summary>
    public sealed record Row(ProgramId Id, string Name);

    /// <summary>Lists at most <see cref="Most"/> programs.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewPrograms, cancellationToken);
        return await db.Programs.Where(program => program.RetiredAt == null)
            .OrderBy(program => program.Name).ThenBy(program => program.Id)
            .Select(program => new Row(program.Id, program.Name))
            .Take(Most)
            .ToListAsync(cancellationToken);
    }
}
