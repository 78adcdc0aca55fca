namespace NadooIt.Domain.Kernel;

/// <summary>A currency by its ISO 4217 code.</summary>
public readonly record struct Currency(string Code)
{
    /// <summary>The euro, the only currency in which executions are billed.</summary>
    public static readonly Currency Euro = new("EUR");

    /// <inheritdoc/>
    public override string ToString() => Code;
}

/// <summary>
/// An exact amount of money. Amounts in euro carry at most six decimals, because a price per second has six and is
/// multiplied by whole seconds; the ledger keeps them as whole millionths.
/// </summary>
public readonly record struct Money(decimal Amount, Currency Currency)
{
    private const decimal MillionthsPerUnit = 1_000_000m;

    /// <summary>Euros.</summary>
    public static Money Euro(decimal amount) => new(amount, Currency.Euro);

    /// <summary>No euros.</summary>
    public static Money NoEuro => Euro(0m);

    /// <summary>Euros from whole millionths, the unit of the ledger.</summary>
    public static Money FromMillionths(long millionths) => Euro(millionths / MillionthsPerUnit);

    /// <summary>The amount as whole millionths. An amount that is no whole number of millionths throws.</summary>
    /// <exception cref="InvalidOperationException">The amount has more than six decimals.</exception>
    public long Millionths
    {
        get
        {
            var scaled = Amount * MillionthsPerUnit;
            return decimal.Truncate(scaled) == scaled
                ? decimal.ToInt64(scaled)
                : throw new InvalidOperationException("Money must be whole millionths before it reaches the ledger.");
        }
    }

    /// <summary>The sum; both sides must be of one currency.</summary>
    public static Money operator +(Money left, Money right) => new(left.Amount + Same(left, right).Amount, left.Currency);

    /// <summary>The difference; both sides must be of one currency.</summary>
    public static Money operator -(Money left, Money right) => new(left.Amount - Same(left, right).Amount, left.Currency);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Amount:0.000000} {Currency.Code}");

    private static Money Same(Money left, Money right) => left.Currency == right.Currency
        ? right
        : throw new InvalidOperationException("Amounts of two currencies cannot be added.");
}

/// <summary>A price in euro per second, 0 to 99,999,999.999999, with at most six decimals (numeric 14,6).</summary>
public readonly record struct PricePerSecond
{
    /// <summary>The largest price that the database can hold.</summary>
    public const decimal Largest = 99_999_999.999999m;

    private PricePerSecond(decimal amount) => Amount = amount;

    /// <summary>Euro per second.</summary>
    public decimal Amount { get; }

    /// <summary>A price that was set by a person: positive, at most six decimals.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0, above <see cref="Largest"/>, or finer than six decimals.</exception>
    public static PricePerSecond Of(decimal amount) => IsValid(amount)
        ? new PricePerSecond(amount)
        : throw new ArgumentOutOfRangeException(nameof(amount), amount, "A price per second is above 0 and has at most six decimals.");

    /// <summary>Whether a person may set this price.</summary>
    public static bool IsValid(decimal amount) => amount > 0 && amount <= Largest && decimal.Round(amount, 6) == amount;

    /// <summary>
    /// A price per hour as price per second: divided by 3600 and kept to six decimals, half to even
    /// (rule "Programs and customer programs"). With the product below this is the one place that rounds.
    /// </summary>
    public static PricePerSecond FromPerHour(decimal perHour) =>
        new(decimal.Round(perHour / 3600m, 6, MidpointRounding.ToEven));

    /// <summary>The price of a number of seconds: exact, since six decimals times whole seconds stay six decimals.</summary>
    public static Money operator *(PricePerSecond price, Seconds seconds) => Money.Euro(price.Amount * seconds.Value);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Amount:0.000000} EUR/s");
}
