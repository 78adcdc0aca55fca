using System.Text.Json;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.Receipts;

namespace NadooIt.Tests.Receipts;

public sealed class ReceiptTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
    private static readonly ReceiptKey Key = ReceiptKey.Create(Now);

    [Fact]
    public void A_receipt_holds_the_stored_facts_and_verifies_offline()
    {
        var execution = Execution();

        var (facts, problem) = Receipt.Verify(Receipt.Sign(execution, Key), [Key.Publish()]);

        problem.ShouldBeNull();
        using var document = JsonDocument.Parse(facts!);
        document.RootElement.GetProperty("id").GetGuid().ShouldBe(execution.Id.Value);
        document.RootElement.GetProperty("billedSeconds").GetInt64().ShouldBe(90);
        document.RootElement.GetProperty("price").GetProperty("amount").GetString().ShouldBe("0.900000");
        document.RootElement.GetProperty("reference").GetString().ShouldBe("Lauf 4711 \"ä\"");
    }

    [Fact]
    public void A_receipt_of_a_retired_key_stays_valid_while_the_key_is_published()
    {
        var receipt = Receipt.Sign(Execution(), Key);
        var next = ReceiptKey.Create(Now);

        Receipt.Verify(receipt, [next.Publish(), Key.Publish()]).Problem.ShouldBeNull();
        Receipt.Verify(receipt, [next.Publish()]).Problem.ShouldNotBeNull().ShouldContain(Key.Id);
    }

    [Fact]
    public void Whatever_character_is_altered_the_receipt_no_longer_holds()
    {
        var receipt = Receipt.Sign(Execution(), Key);
        foreach (var at in Enumerable.Range(0, receipt.Length).Where(at => at % 7 == 0))
        {
            var altered = receipt[..at] + (receipt[at] == 'A' ? 'B' : 'A') + receipt[(at + 1)..];

            Receipt.Verify(altered, [Key.Publish()]).Facts.ShouldBeNull(altered);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.e30")]
    [InlineData("bm90IGpzb24.e30.e30")]
    public void What_is_no_receipt_is_told_so(string text) => Receipt.Verify(text, [Key.Publish()]).Problem.ShouldNotBeNull();

    private static Execution Execution()
    {
        var (customer, program) = (NewId.At<CustomerId>(Now), NewId.At<CustomerProgramId>(Now));
        var terms = new CustomerProgramTerms(new Seconds(60), CustomerProgramTerms.UsualLargestSaved, PriceMode.Fixed, PricePerSecond.Of(0.01m));
        var receivable = LedgerAccount.Open(new LedgerAccountId(program.Value), customer, LedgerAccountKind.Receivable);
        var request = new ExecutionRequest(NewId.At<ExecutionId>(Now), program, "Lauf 4711 \"ä\"", 90, null, null, NewId.At<PersonId>(Now), null, Now);
        return new RunningProgram(customer, terms, true, Seconds.Zero, receivable, []).Record(request).Execution;
    }
}
