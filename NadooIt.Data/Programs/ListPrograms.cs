using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Programs;

/// <summary>The catalogue of programs, one page of it.</summary>
public sealed class ListPrograms(Access access)
{
    /// <summary>Which programs, in which order.</summary>
    /// <param name="Search">Part of the name or the description; null or empty for all.</param>
    /// <param name="ShowRetired">Whether retired ones are shown too.</param>
    /// <param name="Page">Which page, in which order: "name" or "created".</param>
    public sealed record Input(string? Search, bool ShowRetired, PageRequest Page);

    /// <summary>One program of the list.</summary>
    public sealed record Row(ProgramId Id, string Name, string Description, bool IsSample, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt, int Dependencies);

    /// <summary>Lists.</summary>
    public async Task<Page<Row>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewPrograms, cancellationToken);
        var programs = db.Programs.Where(program => input.ShowRetired || program.RetiredAt == null);
        if (!string.IsNullOrWhiteSpace(input.Search))
        {
            var pattern = Like.Contains(input.Search);
            programs = programs.Where(program => EF.Functions.ILike(program.Name, pattern, Like.Escape) || EF.Functions.ILike(program.Description, pattern, Like.Escape));
        }

        var ordered = input.Page.Sort switch
        {
            "created" => programs.Sorted(program => program.CreatedAt, input.Page),
            _ => programs.Sorted(program => program.Name, input.Page),
        };
        return await ordered.ThenBy(program => program.Id)
            .Select(program => new Row(
                program.Id, program.Name, program.Description, program.IsSample, program.CreatedAt, program.RetiredAt,
                db.ProgramDependencies.Count(dependency => dependency.ProgramId == program.Id)))
            .ToPageAsync(input.Page, cancellationToken);
    }
}
