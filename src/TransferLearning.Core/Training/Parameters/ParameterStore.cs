using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>A tensor that training changes.</summary>
/// <param name="Name">The name of the initializer.</param>
/// <param name="Dimensions">Its shape.</param>
/// <param name="RateFactor">What the learning rate is multiplied with for it.</param>
/// <param name="Decays">Whether weight decay applies: to weights, not to biases and normalisation.</param>
internal sealed record Parameter(string Name, IReadOnlyList<long> Dimensions, double RateFactor, bool Decays)
{
    /// <summary>The number of weights.</summary>
    public int Length { get; } = checked((int)TensorShape.Count([.. Dimensions]));
}

/// <summary>A run of weights, in one piece of memory, that are updated with the same settings.</summary>
internal readonly record struct ParameterGroup(int Offset, int Length, double RateFactor, bool Decays);

/// <summary>
/// All trainable weights, their gradients and the optimizer's slots, each kind in one piece of native memory that ONNX Runtime reads and
/// writes in place: nothing is copied in a step, a snapshot is one copy, and an update is one pass.
/// </summary>
internal sealed class ParameterStore : IDisposable
{
    /// <summary>Tensors start at multiples of so many floats: a cache line, and whole vectors, so that no pass has a remainder.</summary>
    public const int Alignment = 16;

    private readonly List<IDisposable> _owned = [];
    private readonly int[] _offsets;
    private readonly ParameterGroup[] _groups;

    /// <param name="parameters">The tensors, in the order that they take in memory.</param>
    /// <param name="slots">The number of optimizer slots for each weight.</param>
    public ParameterStore(IReadOnlyList<Parameter> parameters, int slots)
    {
        Parameters = parameters;
        _offsets = new int[parameters.Count];
        var groups = new List<ParameterGroup>();
        int length = 0;
        for (int i = 0; i < parameters.Count; i++)
        {
            _offsets[i] = length;
            int padded = Padded(parameters[i].Length);
            Append(groups, new ParameterGroup(length, padded, parameters[i].RateFactor, parameters[i].Decays));
            length = checked(length + padded);
        }

        _groups = [.. groups];
        Length = length;
        Weights = Native(length);
        Gradients = Native(length);
        Slots = [.. Enumerable.Range(0, slots).Select(_ => Native(length))];
    }

    /// <summary>The tensors.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Neighbours with equal settings, joined.</summary>
    public ReadOnlySpan<ParameterGroup> Groups => _groups;

    /// <summary>The number of floats of each kind, padding included.</summary>
    public int Length { get; }

    /// <summary>The weights; padding is zero and stays so.</summary>
    public Memory<float> Weights { get; }

    /// <summary>The gradients of the last step; padding is zero and stays so.</summary>
    public Memory<float> Gradients { get; }

    /// <summary>What the optimizer remembers.</summary>
    public IReadOnlyList<Memory<float>> Slots { get; }

    /// <summary>Where a tensor begins in <see cref="Weights"/> and all else of that layout.</summary>
    public int Offset(int parameter) => _offsets[parameter];

    /// <summary>The part of <see cref="Weights"/> or <see cref="Gradients"/> that belongs to a tensor.</summary>
    public Memory<float> Slice(Memory<float> values, int parameter) => values.Slice(_offsets[parameter], Parameters[parameter].Length);

    /// <summary>
    /// The Euclidean length of all gradients together. It is not finite if one of them is not, and summed in double precision, so that
    /// large
    /// networks do not overflow.
    /// </summary>
    public double GradientNorm()
    {
        double sum = 0;
        var gradients = Gradients.Span;
        const int block = 4096;
        for (int start = 0; start < gradients.Length; start += block)
            sum += TensorPrimitives.SumOfSquares(gradients.Slice(start, Math.Min(block, gradients.Length - start)));
        return Math.Sqrt(sum);
    }

    /// <summary>Each tensor's weights, where they are.</summary>
    /// <param name="weights">Weights in the layout of this store.</param>
    public IReadOnlyDictionary<string, ReadOnlyMemory<float>> ByName(Memory<float> weights) => Enumerable.Range(0, Parameters.Count)
        .ToDictionary(i => Parameters[i].Name, i => (ReadOnlyMemory<float>)Slice(weights, i), StringComparer.Ordinal);

    /// <summary>Gives the memory back; nothing of it may be read or written any more.</summary>
    public void Dispose() => _owned.ForEach(memory => memory.Dispose());

    /// <summary>A run of floats as vectors.</summary>
    public static Span<Vector<float>> Vectors(Memory<float> values, int offset, int length) =>
        MemoryMarshal.Cast<float, Vector<float>>(values.Span.Slice(offset, length));

    /// <summary>The next multiple of <see cref="Alignment"/>.</summary>
    public static int Padded(int length) => checked((length + Alignment - 1) / Alignment * Alignment);

    /// <summary>Pinned memory that starts at a cache line.</summary>
    public static unsafe Memory<float> Pinned(int length)
    {
        float[] array = GC.AllocateArray<float>(checked(length + Alignment), pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        int misplaced = (int)(address / sizeof(float) % Alignment);
        return array.AsMemory((Alignment - misplaced) % Alignment, length);
    }

    private Memory<float> Native(int length)
    {
        // Large blocks all begin at the same place of a page; the passes over several of them would meet in the same lines of the cache.
        var memory = new NativeFloats(length, 13 * _owned.Count);
        _owned.Add(memory);
        return memory.Memory;
    }

    private static void Append(List<ParameterGroup> groups, ParameterGroup next)
    {
        if (groups.Count > 0 && groups[^1].RateFactor == next.RateFactor && groups[^1].Decays == next.Decays)
            groups[^1] = groups[^1] with { Length = checked(groups[^1].Length + next.Length) };
        else
            groups.Add(next);
    }
}
