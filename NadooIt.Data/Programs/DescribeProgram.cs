using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Programs;

/// <summary>Changes a program's name and description.</summary>
public sealed class DescribeProgram(Access access)
{
    /// <summary>What is changed.</summary>
    /// <param name="Id">The program.</param>
    /// <param name="Name">1 to 200 characters.</param>
    /// <param name="Description">Up to 10,000 characters.</param>
    /// <param name="Version">The version that was shown.</param>
    public sealed record Input(ProgramId Id, string Name, string Description, uint Version);

    /// <summary>Changes it.</summary>
    /// <exception cref="Refused">Unknown, outside the limits, or changed meanwhile.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.KeepPrograms, cancellationToken);
        var program = await db.Programs.FindAsync([input.Id], cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);
        db.Expect(program, input.Version);
        program.Describe(input.Name, input.Description);
        await db.SaveChangesAsync(cancellationToken);
    }
}
