namespace TransferLearning.Fuzz;

/// <summary>A part of the library that reads bytes of strangers.</summary>
internal abstract class FuzzTarget : IDisposable
{
    private static readonly Dictionary<string, Func<FuzzTarget>> Known = new(StringComparer.Ordinal)
    {
        ["image"] = () => new ImageTarget(),
        ["formats"] = () => new FormatsTarget(),
        ["onnx"] = () => new OnnxTarget(),
        ["model"] = () => new ModelTarget(),
        ["training"] = () => new TrainingTarget(),
        ["idx"] = () => new IdxTarget(),
        ["cifar"] = () => new CifarTarget(),
        ["csv"] = () => new CsvTarget(),
        ["imagenet"] = () => new ImageNetTarget(),
        ["coco"] = () => new CocoTarget(),
        ["openimages"] = () => new OpenImagesTarget(),
        ["preprocessing"] = () => new PreprocessingTarget(),
    };

    /// <summary>The names of all targets.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>What mutations may do to an input.</summary>
    public abstract IReadOnlyList<Mutation> Mutations { get; }

    /// <summary>Makes a target.</summary>
    public static FuzzTarget Create(string name) => name == FaultyTarget.Name ? new FaultyTarget() : Known[name]();

    /// <summary>Sound inputs to start from, made by code: the same every time.</summary>
    public abstract IReadOnlyList<byte[]> Seeds();

    /// <summary>Reads the input and uses what was read.</summary>
    /// <returns>A description of the result, equal for inputs with the same behaviour.</returns>
    /// <exception cref="FuzzException">An impossible result.</exception>
    public abstract string Run(byte[] input);

    /// <summary>True for an exception that the documentation promises for bad input.</summary>
    public abstract bool IsDocumented(Exception error);

    /// <summary>The input without one of its independent parts; null behind the last one.</summary>
    public virtual byte[]? Without(byte[] input, int part) => null;

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}

/// <summary>The library gave a result that cannot be.</summary>
internal sealed class FuzzException(string message) : Exception(message);
