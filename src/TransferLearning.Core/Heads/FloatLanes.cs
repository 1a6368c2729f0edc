using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace TransferLearning;

/// <summary>The arithmetic of one vector register of floats, so that a tile is written once for every width.</summary>
/// <typeparam name="TVector">The register.</typeparam>
internal interface IFloatLanes<TVector>
    where TVector : struct
{
    /// <summary>The floats of a register.</summary>
    static abstract int Count { get; }

    /// <summary>Whether sixteen sums and their factors fit in the registers.</summary>
    static abstract bool HasManyRegisters { get; }

    /// <summary>A register of zeros.</summary>
    static abstract TVector Zero { get; }

    /// <summary>Reads a register.</summary>
    static abstract TVector Load(ref float source, nuint offset);

    /// <summary>Writes a register.</summary>
    static abstract void Store(TVector value, ref float target, nuint offset);

    /// <summary>A register of one number.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary><c>left · right + sum</c>.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector sum);

    /// <summary>The sum of the floats of a register.</summary>
    static abstract float Sum(TVector value);
}

/// <summary>Registers of 512 bits, which <see cref="Vector{T}"/> does not use by default.</summary>
internal readonly struct WideLanes : IFloatLanes<Vector512<float>>
{
    public static int Count => Vector512<float>.Count;

    public static bool HasManyRegisters => true;

    public static Vector512<float> Zero => Vector512<float>.Zero;

    public static Vector512<float> Load(ref float source, nuint offset) => Vector512.LoadUnsafe(ref source, offset);

    public static void Store(Vector512<float> value, ref float target, nuint offset) => value.StoreUnsafe(ref target, offset);

    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> sum) =>
        Vector512.FusedMultiplyAdd(left, right, sum);

    public static float Sum(Vector512<float> value) => Vector512.Sum(value);
}

/// <summary>Registers as wide as <see cref="Vector{T}"/>: 256 bits on x64, 128 on Arm.</summary>
internal readonly struct NarrowLanes : IFloatLanes<Vector<float>>
{
    public static int Count => Vector<float>.Count;

    public static bool HasManyRegisters => AdvSimd.IsSupported;

    public static Vector<float> Zero => Vector<float>.Zero;

    public static Vector<float> Load(ref float source, nuint offset) => Vector.LoadUnsafe(ref source, offset);

    public static void Store(Vector<float> value, ref float target, nuint offset) => value.StoreUnsafe(ref target, offset);

    public static Vector<float> Broadcast(float value) => new(value);

    public static Vector<float> MultiplyAdd(Vector<float> left, Vector<float> right, Vector<float> sum) =>
        Vector.FusedMultiplyAdd(left, right, sum);

    public static float Sum(Vector<float> value) => Vector.Sum(value);
}
