#pragma warning disable RS0030 // This file is named as one of the few that speak SQL: whole lists are written with one statement each.
using Microsoft.EntityFrameworkCore;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Kernel;

/// <summary>What a key was last used for.</summary>
/// <param name="Key">The key.</param>
/// <param name="At">When, to the minute.</param>
/// <param name="Address">From where.</param>
/// <param name="Program">What it ran; null for nothing, and then the last one stays.</param>
internal sealed record KeyUse(ApiKeyId Key, DateTimeOffset At, string? Address, CustomerProgramId? Program);

/// <summary>The log of the requests of API keys, a few statements for all keys together.</summary>
internal sealed partial class NadooItDb
{
    /// <summary>Adds requests of API keys to the figures of their days, relatively and in one order.</summary>
    public Task CountCallsAsync(IReadOnlyList<ApiKeyDay> days, CancellationToken cancellationToken)
    {
        List<ApiKeyDay> ordered = [.. days.OrderBy(day => day.ApiKeyId.Value).ThenBy(day => day.Day)];
        Guid[] keys = [.. ordered.Select(day => day.ApiKeyId.Value)];
        Guid[] customers = [.. ordered.Select(day => day.CustomerId.Value)];
        DateOnly[] dates = [.. ordered.Select(day => day.Day)];
        long[] calls = [.. ordered.Select(day => day.Calls)];
        long[] failed = [.. ordered.Select(day => day.Failed)];
        return Database.ExecuteSqlAsync(
            $"""
            INSERT INTO api_key_day AS d (api_key_id, customer_id, day, calls, failed)
            SELECT * FROM unnest({keys}, {customers}, {dates}, {calls}, {failed})
            ON CONFLICT (api_key_id, day) DO UPDATE SET calls = d.calls + excluded.calls, failed = d.failed + excluded.failed
            """,
            cancellationToken);
    }

    /// <summary>Puts requests into the log.</summary>
    public Task LogRequestsAsync(IReadOnlyList<ApiRequest> requests, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. requests.Select(request => request.Id.Value)];
        Guid[] customers = [.. requests.Select(request => request.CustomerId.Value)];
        Guid[] keys = [.. requests.Select(request => request.ApiKeyId.Value)];
        DateTime[] times = [.. requests.Select(request => request.At.UtcDateTime)];
        string[] methods = [.. requests.Select(request => request.Method)];
        string[] routes = [.. requests.Select(request => request.Route)];
        int[] statuses = [.. requests.Select(request => request.Status)];
        long[] durations = [.. requests.Select(request => request.DurationMicroseconds)];
        string[] traces = [.. requests.Select(request => request.TraceId)];
        return Database.ExecuteSqlAsync(
            $"""
            INSERT INTO api_request (id, customer_id, api_key_id, at, method, route, status, duration_microseconds, trace_id)
            SELECT * FROM unnest({ids}, {customers}, {keys}, {times}, {methods}, {routes}, {statuses}, {durations}, {traces})
            """,
            cancellationToken);
    }

    /// <summary>Says when and from where keys were last used; what another node knows better stays, and so does a key that was revoked before.</summary>
    public Task NoteUsesAsync(IReadOnlyList<KeyUse> uses, CancellationToken cancellationToken)
    {
        List<KeyUse> ordered = [.. uses.OrderBy(use => use.Key.Value)];
        Guid[] keys = [.. ordered.Select(use => use.Key.Value)];
        DateTime[] times = [.. ordered.Select(use => use.At.UtcDateTime)];
        string?[] addresses = [.. ordered.Select(use => use.Address)];
        Guid?[] programs = [.. ordered.Select(use => use.Program?.Value)];
        return Database.ExecuteSqlAsync(
            $"""
            UPDATE api_key AS k SET last_used_at = u.at, last_used_address = u.address, last_used_program_id = coalesce(u.program, k.last_used_program_id)
            FROM unnest({keys}, {times}, {addresses}, {programs}) AS u (id, at, address, program)
            WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at <= u.at) AND (k.revoked_at IS NULL OR k.revoked_at >= u.at)
                AND (k.last_used_at, k.last_used_address, k.last_used_program_id) IS DISTINCT FROM (u.at, u.address, coalesce(u.program, k.last_used_program_id))
            """,
            cancellationToken);
    }

    /// <summary>Throws away what is older than the newest requests of each of these keys.</summary>
    public Task ShortenLogsAsync(IReadOnlyList<ApiKeyId> keys, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. keys.Select(key => key.Value).Order()];
        return Database.ExecuteSqlAsync(
            $"""
            DELETE FROM api_request AS r USING unnest({ids}) AS k (id),
                LATERAL (SELECT kept.at, kept.id FROM api_request AS kept WHERE kept.api_key_id = k.id
                    ORDER BY kept.at DESC, kept.id DESC OFFSET {ApiRequest.MostPerKey - 1} LIMIT 1) AS oldest
            WHERE r.api_key_id = k.id AND (r.at, r.id) < (oldest.at, oldest.id)
            """,
            cancellationToken);
    }
}
