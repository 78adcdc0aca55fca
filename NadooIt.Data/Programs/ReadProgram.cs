using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Programs;

/// <summary>One program of the catalogue with what it needs and what needs it.</summary>
public sealed class ReadProgram(Access access)
{
    /// <summary>The program.</summary>
    public sealed record Result(
        ProgramId Id, string Name, string Description, bool IsSample, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt, uint Version,
        IReadOnlyList<Neighbour> Needs, IReadOnlyList<Neighbour> NeededBy);

    /// <summary>A program at the other end of a dependency.</summary>
    public sealed record Neighbour(ProgramId Id, string Name, bool IsRetired);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">There is no such program.</exception>
    public async Task<Result> RunAsync(ProgramId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewPrograms, cancellationToken);
        var program = await db.Programs.Where(program => program.Id == id)
            .Select(program => new { Program = program, Version = EF.Property<uint>(program, Columns.Version) })
            .SingleOrDefaultAsync(cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);
        var needs = db.ProgramDependencies.Where(dependency => dependency.ProgramId == id).Select(dependency => dependency.DependsOnId);
        var neededBy = db.ProgramDependencies.Where(dependency => dependency.DependsOnId == id).Select(dependency => dependency.ProgramId);
        var (shown, version) = (program.Program, program.Version);
        return new(
            shown.Id, shown.Name, shown.Description, shown.IsSample, shown.CreatedAt, shown.RetiredAt, version,
            await NamesAsync(db, needs, cancellationToken), await NamesAsync(db, neededBy, cancellationToken));
    }

    private static async Task<IReadOnlyList<Neighbour>> NamesAsync(NadooItDb db, IQueryable<ProgramId> ids, CancellationToken cancellationToken) =>
        await db.Programs.Where(program => ids.Contains(program.Id))
            .OrderBy(program => program.Name).ThenBy(program => program.Id)
            .Select(program => new Neighbour(program.Id, program.Name, program.RetiredAt != null))
            .ToListAsync(cancellationToken);
}
