using NadooIt.Data.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Guards;

/// <summary>No use case without a row in the permission table, so that a new one cannot be forgotten.</summary>
public sealed class EveryUseCaseHasAPermissionRowTests
{
    /// <summary>Use cases that the table cannot describe, each with the reason.</summary>
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["AuthenticateApiKey"] = "finds out who calls; opens nothing for anybody",
    };

    [Fact]
    public void Every_use_case_has_a_row_or_a_reason()
    {
        var covered = PermissionTable.All.Select(row => row.UseCase.Name).Concat(Exceptions.Keys).ToHashSet(StringComparer.Ordinal);

        Registration.UseCases.Select(useCase => useCase.Name).Where(name => !covered.Contains(name)).ShouldBeEmpty();
    }

    [Fact]
    public void No_exception_is_out_of_date()
    {
        var useCases = Registration.UseCases.Select(useCase => useCase.Name).ToHashSet(StringComparer.Ordinal);

        Exceptions.Keys.Where(name => !useCases.Contains(name) || PermissionTable.All.Any(row => row.UseCase.Name == name)).ShouldBeEmpty();
    }
}
