using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.ApiKeys;

/// <summary>What keys asked for is counted exactly and kept in part.</summary>
public sealed class ApiCallLogTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    private ApiCallWriter Writer => database.As<ApiCallWriter>((PersonId?)null);

    [Fact]
    public async Task All_are_counted_and_the_latest_of_each_kind_are_kept()
    {
        var key = await KeyAsync();
        await NoteAsync(key, 250, 201);
        await NoteAsync(key, 3, 422);
        await Writer.WriteAsync(None);
        await NoteAsync(key, ApiCallLog.MostSucceeded, 200);
        await Writer.WriteAsync(None);

        await using var db = database.Open();
        var day = await db.ApiKeyDays.SingleAsync(day => day.ApiKeyId == key.Id);
        (day.Calls, day.Failed, day.Day).ShouldBe((253L + ApiCallLog.MostSucceeded, 3L, BusinessTime.DayOf(database.Clock.GetUtcNow())));
        var kept = await db.ApiRequests.Where(request => request.ApiKeyId == key.Id).ToListAsync();
        (kept.Count(request => request.Status == 422), kept.Count(request => request.Status == 200)).ShouldBe((3, ApiCallLog.MostSucceeded));
        kept.Count(request => request.Status == 201).ShouldBe(ApiCallLog.MostSucceeded);
    }

    [Fact]
    public async Task The_log_of_a_key_stays_short_and_young()
    {
        var (busy, other) = (await KeyAsync(), await KeyAsync());
        await NoteAsync(other, 1, 200);
        for (var round = 0; round < 12; round++)
        {
            await NoteAsync(busy, ApiCallLog.MostFailed, 422);
            await Writer.WriteAsync(None);
        }

        await using var db = database.Open();
        (await db.ApiRequests.CountAsync(request => request.ApiKeyId == busy.Id)).ShouldBeInRange(ApiRequest.MostPerKey - ApiCallLog.MostFailed, ApiRequest.MostPerKey);
        (await db.ApiRequests.CountAsync(request => request.ApiKeyId == other.Id)).ShouldBe(1);

        database.Clock.Advance(ApiRequest.Kept + TimeSpan.FromSeconds(1));
        await Writer.WriteAsync(None);
        (await db.ApiRequests.CountAsync()).ShouldBe(0);
        (await db.ApiKeyDays.CountAsync(day => day.ApiKeyId == busy.Id)).ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_key_was_not_used()
    {
        var key = await KeyAsync();
        var program = NewId.At<CustomerProgramId>(database.Clock.GetUtcNow());
        await NoteAsync(key, 1, 201, program);
        var used = database.Clock.GetUtcNow();
        used -= TimeSpan.FromTicks(used.UtcTicks % TimeSpan.TicksPerMinute);
        database.Clock.Advance(TimeSpan.FromHours(1));
        await NoteAsync(key, 1, 401, address: "198.51.100.2");
        await Writer.WriteAsync(None);

        await using var db = database.Open();
        var stored = await db.ApiKeys.SingleAsync(found => found.Id == key.Id);
        (stored.LastUsedAt, stored.LastUsedAddress, stored.LastUsedProgramId).ShouldBe((used, "192.0.2.1", program));
        (await db.ApiKeyDays.SingleAsync(day => day.ApiKeyId == key.Id)).Failed.ShouldBe(1);
    }

    [Fact]
    public async Task The_page_shows_days_without_gaps_and_what_would_stop_each_day()
    {
        var key = await KeyAsync();
        database.Clock.Advance(TimeSpan.FromDays(9));
        await NoteAsync(key, 42, 200);
        await NoteAsync(key, 8, 500);
        await Writer.WriteAsync(None);

        var shown = await database.As<ReadApiKey>(key.CreatedBy).RunAsync(key.Id, None);
        shown.Days.Count.ShouldBe(30);
        shown.Days.Select(day => day.On).ShouldBe(Enumerable.Range(0, 30).Select(back => BusinessTime.DayOf(database.Clock.GetUtcNow()).AddDays(back - 29)));
        (shown.Days[^1].Calls, shown.Days[^1].Failed, shown.Days.Sum(day => day.Calls)).ShouldBe((50L, 8L, 50L));
        (shown.DaysCounted, shown.CallsADay, shown.RunsADay).ShouldBe((10, 5L, 0L));

        var failed = await database.As<ListApiRequests>(key.CreatedBy).RunAsync(new(key.Id, true, new PageRequest()), None);
        (failed.Total, failed.Rows.All(request => request.Status == 500)).ShouldBe((8L, true));
    }

    private async Task NoteAsync(ApiKey key, int times, int status, CustomerProgramId? program = null, string address = "192.0.2.1")
    {
        var (log, call) = (database.As<ApiCallLog>((PersonId?)null), new ApiCall());
        call.By(key.Id, key.CustomerId);
        if (program is { } ran)
        {
            call.Ran(ran);
        }

        await Task.WhenAll(Enumerable.Range(0, 2).Select(half => Task.Run(() =>
        {
            for (var number = half; number < times; number += 2)
            {
                log.Note(call, address, new(database.Clock.GetUtcNow(), "POST", "/api/v1/executions", status, 1_234, "0af7651916cd43dd8448eb211c80319c"));
            }
        })));
    }

    private async Task<ApiKey> KeyAsync()
    {
        var customer = (await database.Landscape.CustomerAsync()).Id;
        var manager = (await database.Landscape.EmployeeAsync(customer, Ability.ViewApiKeys)).Id;
        var key = ApiKey.Create(customer, manager, new("Test", [Ability.RunPrograms], [], null), ApiKeySecret.Create(), manager, database.Clock.GetUtcNow());
        await using var db = database.Open();
        db.Add(key);
        await db.SaveChangesAsync();
        return key;
    }
}
