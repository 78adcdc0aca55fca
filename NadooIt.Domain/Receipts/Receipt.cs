using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NadooIt.Domain.Executions;

namespace NadooIt.Domain.Receipts;

/// <summary>
/// The signed receipt of an execution: its stored facts as a JSON Web Signature in compact form (RFC 7515), so that
/// anybody can check it offline against the published keys.
/// </summary>
public static class Receipt
{
    /// <summary>The media type in the header, by which a receipt is told from other signed texts.</summary>
    public const string Type = "nadooit-receipt+json";

    /// <summary>The media type of a receipt of a test execution, which proves nothing.</summary>
    public const string TestType = "nadooit-test-receipt+json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Signs the stored facts of an execution; of a test execution so that nobody can take it for a real one.</summary>
    public static string Sign(Execution execution, ReceiptKey key, bool isTest = false)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", typ = isTest ? TestType : Type, kid = key.Id }, Json);
        var facts = JsonSerializer.SerializeToNode(Facts(execution), Json)!.AsObject();
        if (isTest)
        {
            facts.Insert(0, "test", true);
        }

        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(facts.ToJsonString(Json)))}";
        using var signer = ECDsa.Create();
        signer.ImportPkcs8PrivateKey(key.PrivateKey, out _);
        return $"{signed}.{Base64Url.EncodeToString(signer.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>Checks a receipt against published keys.</summary>
    /// <returns>The facts as JSON text, or null with the reason why it does not hold.</returns>
    public static (string? Facts, string? Problem) Verify(string receipt, IEnumerable<PublishedKey> keys)
    {
        try
        {
            var parts = receipt.Trim().Split('.');
            if (parts.Length != 3)
            {
                return (null, "It is no receipt: three parts with dots between them are expected.");
            }

            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            if (Member(header, "typ") == TestType)
            {
                return (null, "It is the receipt of a test execution, which proves nothing.");
            }

            if (Member(header, "alg") != "ES256" || Member(header, "typ") != Type)
            {
                return (null, "It is no receipt of this kind: the header names another algorithm or type.");
            }

            var id = Member(header, "kid");
            if (keys.FirstOrDefault(key => key.Id == id) is not { } published)
            {
                return (null, $"The signing key {id} is not among the published keys.");
            }

            using var verifier = published.ToVerifier();
            var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
            return verifier.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256)
                ? (Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])), null)
                : (null, "The signature does not fit: the receipt was altered.");
        }
        catch (Exception exception) when (exception is FormatException or JsonException or CryptographicException)
        {
            return (null, "It is no receipt: its parts cannot be read.");
        }
    }

    private static string? Member(JsonDocument document, string name) =>
        document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static object Facts(Execution execution) => new
    {
        id = execution.Id.Value,
        customerId = execution.CustomerId.Value,
        customerProgramId = execution.CustomerProgramId.Value,
        personId = execution.PersonId.Value,
        apiKeyId = execution.ApiKeyId?.Value,
        reference = execution.Reference,
        orderReference = execution.OrderReference,
        occurredAt = execution.OccurredAt.UtcDateTime,
        recordedAt = execution.RecordedAt.UtcDateTime,
        timeSavedSeconds = execution.Saved.Value,
        prepaidSeconds = execution.Prepaid.Value,
        billedSeconds = execution.Billed.Value,
        priceMode = execution.PriceMode.ToString().ToLowerInvariant(),
        savedBeforeSeconds = execution.SavedBefore.Value,
        pricePerSecond = Amount(execution.Rate.Amount),
        price = Amount(execution.Price.Amount),
        timeBalanceSeconds = execution.TimeBalanceAfter.Value,
    };

    private static object Amount(decimal amount) => new { amount = FormattableString.Invariant($"{amount:0.000000}"), currency = "EUR" };
}
