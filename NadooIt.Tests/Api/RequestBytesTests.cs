using Microsoft.AspNetCore.Http;
using NadooIt.Web.Api;

namespace NadooIt.Tests.Api;

/// <summary>How a body is read, and how batches wait for each other.</summary>
public sealed class RequestBytesTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(10_000, false)]
    [InlineData(100_000, true)]
    [InlineData(100_000, false)]
    public async Task A_body_is_read_whole_whether_or_not_its_length_is_announced(int length, bool isAnnounced)
    {
        using var body = await RequestBytes.ReadAsync(Request(length, isAnnounced), 100_000, CancellationToken.None);

        body.Bytes.ToArray().ShouldBe(Content(length));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_above_the_limit_is_refused_whether_or_not_its_length_is_announced(bool isAnnounced)
    {
        var refusal = await Should.ThrowAsync<UnreadableRequest>(() => RequestBytes.ReadAsync(Request(100_001, isAnnounced), 100_000, CancellationToken.None));

        refusal.Status.ShouldBe(StatusCodes.Status413PayloadTooLarge);
    }

    [Fact]
    public async Task A_batch_waits_for_a_turn_except_in_the_test_ledger_and_whoever_leaves_meanwhile_takes_none()
    {
        using var turns = new BatchTurns();
        var taken = new List<IDisposable>();
        while (turns.TakeAsync(isTest: false, CancellationToken.None) is { IsCompleted: true } turn)
        {
            taken.Add(await turn);
        }

        (await turns.TakeAsync(isTest: true, CancellationToken.None)).Dispose();

        // The one that waits is the last that was asked for; it gets the first turn that ends.
        using var leaving = new CancellationTokenSource();
        var leaver = turns.TakeAsync(isTest: false, leaving.Token);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => leaver);
        var next = turns.TakeAsync(isTest: false, CancellationToken.None);
        taken[0].Dispose();
        taken[1].Dispose();

        (await next).Dispose();
        taken.Count.ShouldBeGreaterThan(1);
    }

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(number => (byte)number)];

    private static HttpRequest Request(int length, bool isAnnounced)
    {
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(Content(length));
        http.Request.ContentLength = isAnnounced ? length : null;
        return http.Request;
    }
}
