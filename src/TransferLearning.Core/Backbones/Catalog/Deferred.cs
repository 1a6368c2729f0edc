namespace TransferLearning;

/// <summary>
/// A value that is known, or that is worked out when somebody first asks for it: what most programs never ask for must not cost every one
/// of them its start.
/// </summary>
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

    /// <summary>A value that is worked out once, by the first who asks.</summary>
    public static Deferred<T> Later(Func<T> workOut) => new(default!, new Lazy<T>(workOut));
}
