using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;

namespace NadooIt.Data.Kernel;

/// <summary>Which part of a list is wanted, and in which order.</summary>
/// <param name="Number">Page, from 1 on; less counts as 1.</param>
/// <param name="Sort">Name of the column to sort by; unknown names mean the usual order.</param>
/// <param name="Descending">Whether the largest comes first.</param>
/// <param name="Size">Rows per page, 1 to 200.</param>
public sealed record PageRequest(int Number = 1, string? Sort = null, bool Descending = false, int Size = PageRequest.UsualSize)
{
    /// <summary>Rows per page when nobody chooses.</summary>
    public const int UsualSize = 25;

    /// <summary>Most rows per page.</summary>
    public const int LargestSize = 200;

    internal int Take => Math.Clamp(Size, 1, LargestSize);

    internal int Skip => (Math.Clamp(Number, 1, 1_000_000) - 1) * Take;
}

/// <summary>One page of a list.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Total">How many rows there are on all pages.</param>
/// <param name="Request">What was asked for.</param>
public sealed record Page<TRow>(IReadOnlyList<TRow> Rows, long Total, PageRequest Request)
{
    /// <summary>How many pages there are, at least 1.</summary>
    public int Pages => (int)Math.Max(1, (Total + Request.Take - 1) / Request.Take);
}

internal static class Paging
{
    public static IOrderedQueryable<TRow> Sorted<TRow, TKey>(this IQueryable<TRow> rows, Expression<Func<TRow, TKey>> key, PageRequest page) =>
        page.Descending ? rows.OrderByDescending(key) : rows.OrderBy(key);

    public static async Task<Page<TRow>> ToPageAsync<TRow>(this IQueryable<TRow> rows, PageRequest page, CancellationToken cancellationToken)
    {
        var total = await rows.LongCountAsync(cancellationToken);
        var part = await rows.Skip(page.Skip).Take(page.Take).ToListAsync(cancellationToken);
        return new(part, total, page);
    }

    /// <summary>How many rows a query has before a part of them is taken; inside a query only. So rows are read once for both.</summary>
    public static long CountAll() => throw new NotSupportedException("The database counts.");

    /// <summary>Makes <see cref="CountAll"/> known.</summary>
    public static void MapCountAll(ModelBuilder model) => model.HasDbFunction(typeof(Paging).GetMethod(nameof(CountAll))!)
        .HasTranslation(_ => new SqlFragmentExpression("count(*) OVER ()", typeof(long), new LongTypeMapping("bigint")));

    /// <summary>
    /// The first rows, as many as a page usually has. The number stands in the statement, so that a plan for any values knows that
    /// few rows are wanted and can be kept; of a parameter the planner expects a tenth of all.
    /// </summary>
    public static IQueryable<TRow> TakeUsualPage<TRow>(this IQueryable<TRow> rows)
    {
        var count = Expression.Call(typeof(EF), nameof(EF.Constant), [typeof(int)], Expression.Constant(PageRequest.UsualSize));
        return rows.Provider.CreateQuery<TRow>(Expression.Call(typeof(Queryable), nameof(Queryable.Take), [typeof(TRow)], rows.Expression, count));
    }
}

internal static class Like
{
    /// <summary>What makes a sign literal; has to be said, because the mapping turns it off where nothing is said.</summary>
    public const string Escape = @"\";

    /// <summary>A pattern that finds the text anywhere, with the pattern's own signs taken literally.</summary>
    public static string Contains(string text) => $"%{Literal(text)}%";

    /// <summary>A pattern that finds the text at the beginning.</summary>
    public static string BeginsWith(string text) => $"{Literal(text)}%";

    private static string Literal(string text) =>
        text.Trim().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
}
