using NadooIt.Data.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Guards;

/// <summary>No use case without a row in the permission table, so that a new one cannot be forgotten.</summary>
public sealed class EveryUseCaseHasAPermissionRowTests
{
    /// <summary>Use cases that are open before anybody is signed in, each with what protects it instead.</summary>
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["AuthenticateApiKey"] = "Finds out who calls; gives nothing but the claim, and the door reads the key anew.",
        ["BeginSetUp"] = "Open only while nobody hands out keys; the page checks the token of the server's log.",
        ["CompleteSetUp"] = "The same, once; SetUpTests.",
        ["ReadEnrolment"] = "The one-time link is the right; OpenDoorsTests and KeyTests.",
        ["CompleteEnrolment"] = "The same; refused as soon as the person has a key.",
        ["RecordExecutionByOldKey"] = "The key and its owner's code in the body are the right; OldApiTests.",
        ["CheckUserByOldKey"] = "The same; it answers of people at the caller's own customers only.",
        ["SignIn"] = "Called with a touch that was verified; refused for another person's or a removed key and for who is deactivated.",
        ["KeepSession"] = "Answers whether a session counts; session and person have to belong together.",
        ["SignOut"] = "Ends the own session and does nothing for nobody.",
    };

    [Fact]
    public void Every_use_case_has_a_row_or_a_reason()
    {
        var covered = PermissionTable.All.Select(row => row.UseCase.Name).Concat(Exceptions.Keys).ToHashSet(StringComparer.Ordinal);

        Registration.UseCases.Select(useCase => useCase.Name).Where(name => !covered.Contains(name)).ShouldBeEmpty();
    }

    [Fact]
    public void No_reason_is_out_of_date()
    {
        var useCases = Registration.UseCases.Select(useCase => useCase.Name).ToHashSet(StringComparer.Ordinal);

        Exceptions.Keys.Where(name => !useCases.Contains(name) || PermissionTable.All.Any(row => row.UseCase.Name == name)).ShouldBeEmpty();
    }

    [Fact]
    public void Rows_are_checked_by_the_class_that_declares_them() =>
        PermissionTable.All.Count.ShouldBeGreaterThan(Registration.UseCases.Count() - Exceptions.Count - 1);
}
