using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Ownership;

/// <summary>The history of terms: one entry per change, kept for ever.</summary>
internal static class TermsHistory
{
    /// <summary>The program's present terms as they hold from a moment on.</summary>
    public static CustomerProgramTermsChange Entry(CustomerProgram program, DateTimeOffset validFrom, PersonId by) =>
        new(program.Id, program.CustomerId, validFrom, program.SavedPerExecution, program.LargestSaved, program.PriceMode, program.FixedPrice, by, program.ChargesOncePerOrder);
}
