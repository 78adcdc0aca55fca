using NadooIt.Data.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Guards;

/// <summary>No use case without a row in the permission table, so that a new one cannot be forgotten.</summary>
public sealed class EveryUseCaseHasAPermissionRowTests
{
    /// <summary>
    /// Use cases without a row so far; the table says nothing about them. The list only shrinks: a use case that is not
    /// on it needs a row, and one that gets a row leaves the list.
    /// </summary>
    private static readonly HashSet<string> WithoutRow = new(StringComparer.Ordinal)
    {
        // ApiKeys
        "AuthenticateApiKey",
        // Audit
        "ListAuditEntries",
        // Keys
        "AddOwnKey", "BeginAddOwnKey", "BeginSetUp", "CompleteEnrolment", "CompleteSetUp", "ConfirmTouch",
        "DeactivatePerson", "EndAllSessions", "EndSession", "InviteToEnrol", "KeepSession", "ListOwnKeys",
        "ListOwnSessions", "ListPeople", "ReadEnrolment", "ReadPerson", "RegisterPerson", "RemoveOwnKey",
        "RenameOwnKey", "SignIn", "SignOut",
        // Receipts
        "ReadReceipt", "RotateReceiptKey",
        // Sample
        "CountSample", "RemoveSample",
    };

    [Fact]
    public void Every_use_case_has_a_row_or_is_listed()
    {
        var covered = PermissionTable.All.Select(row => row.UseCase.Name).Concat(WithoutRow).ToHashSet(StringComparer.Ordinal);

        Registration.UseCases.Select(useCase => useCase.Name).Where(name => !covered.Contains(name)).ShouldBeEmpty();
    }

    [Fact]
    public void The_list_is_up_to_date()
    {
        var useCases = Registration.UseCases.Select(useCase => useCase.Name).ToHashSet(StringComparer.Ordinal);

        WithoutRow.Where(name => !useCases.Contains(name) || PermissionTable.All.Any(row => row.UseCase.Name == name)).ShouldBeEmpty();
    }
}
