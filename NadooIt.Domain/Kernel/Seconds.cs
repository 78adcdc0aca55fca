namespace NadooIt.Domain.Kernel;

/// <summary>A number of whole seconds; negative where a movement takes time away.</summary>
public readonly record struct Seconds(long Value) : IComparable<Seconds>
{
    /// <summary>No time.</summary>
    public static Seconds Zero => default;

    /// <summary>Whole hours as seconds. Overflow throws <see cref="OverflowException"/>.</summary>
    public static Seconds FromHours(long hours) => new(checked(hours * 3600));

    /// <summary>The sum. Overflow throws <see cref="OverflowException"/>.</summary>
    public static Seconds operator +(Seconds left, Seconds right) => new(checked(left.Value + right.Value));

    /// <summary>The difference. Overflow throws <see cref="OverflowException"/>.</summary>
    public static Seconds operator -(Seconds left, Seconds right) => new(checked(left.Value - right.Value));

    /// <summary>The same amount in the other direction.</summary>
    public static Seconds operator -(Seconds value) => new(checked(-value.Value));

    /// <summary>Whether the left amount is smaller.</summary>
    public static bool operator <(Seconds left, Seconds right) => left.Value < right.Value;

    /// <summary>Whether the left amount is larger.</summary>
    public static bool operator >(Seconds left, Seconds right) => left.Value > right.Value;

    /// <summary>Whether the left amount is smaller or the same.</summary>
    public static bool operator <=(Seconds left, Seconds right) => left.Value <= right.Value;

    /// <summary>Whether the left amount is larger or the same.</summary>
    public static bool operator >=(Seconds left, Seconds right) => left.Value >= right.Value;

    /// <summary>The smaller of two amounts.</summary>
    public static Seconds Min(Seconds left, Seconds right) => left <= right ? left : right;

    /// <summary>The larger of two amounts.</summary>
    public static Seconds Max(Seconds left, Seconds right) => left >= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Seconds other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => $"{Value} s";
}
