using System.Text.Json;
using NadooIt.Data.Executions;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.Api;

/// <summary>Reads an execution out of JSON.</summary>
internal static class ExecutionFields
{
    public const string TimeSaved = "timeSavedSeconds";

    /// <summary>The execution; null when something is wrong, which is then in the errors.</summary>
    public static RecordExecutionByKey.Input? Read(JsonElement element, DateTimeOffset now, FieldErrors errors)
    {
        var fields = new JsonFields(element, "", errors);
        var customerProgram = fields.RequiredId<CustomerProgramId>("customerProgramId");
        var reference = fields.RequiredText("reference", ExecutionRequest.LongestReference);
        var timeSaved = fields.OptionalWholeNumber(TimeSaved, ExecutionRefusals.TimeSavedInvalid.Code);
        var occurredAt = fields.OptionalInstant("occurredAt", now + ExecutionRequest.ClockTolerance);
        var order = fields.OptionalText("orderReference", ExecutionRequest.LongestReference);
        fields.RefuseOthers();
        return errors.Result is null ? new(customerProgram!.Value, reference!, timeSaved, occurredAt, order) : null;
    }
}
