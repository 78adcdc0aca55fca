using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Programs;

namespace NadooIt.Data.Programs;

/// <summary>Adds a program to the catalogue.</summary>
public sealed class CreateProgram(Access access, TimeProvider clock)
{
    /// <summary>Adds it and returns its id.</summary>
    /// <param name="name">1 to 200 characters.</param>
    /// <param name="description">Up to 10,000 characters.</param>
    /// <param name="cancellationToken">Stops before anything is written.</param>
    /// <exception cref="Refused">Name or description is outside its limits.</exception>
    public async Task<ProgramId> RunAsync(string name, string description, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.KeepPrograms, cancellationToken);
        var program = CatalogueProgram.Create(name, description, clock.GetUtcNow());
        db.Add(program);
        await db.SaveChangesAsync(cancellationToken);
        return program.Id;
    }
}
