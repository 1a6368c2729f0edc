namespace TransferLearning;

/// <summary>A value that is known, or computed on first use: what most programs never need must not slow down their start.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
internal readonly record struct Deferred<T>
{
    private readonly T _known;
    private readonly Lazy<T>? _later;

    private Deferred(T known, Lazy<T>? later)
    {
        _known = known;
        _later = later;
    }

    /// <summary>The value.</summary>
    public T Value => _later is null ? _known : _later.Value;

    /// <summary>A value that is known.</summary>
    public static implicit operator Deferred<T>(T known) => new(known, null);

    /// <summary>A value that is computed once, on first use.</summary>
    public static Deferred<T> Later(Func<T> compute) => new(default!, new Lazy<T>(compute));
}
