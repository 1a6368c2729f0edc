using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TransferLearning;

/// <content>Sums of scaled rows: tiles of several weight vectors by the columns of a panel.</content>
internal static partial class DenseTiles<TVector, TLanes>
{
    /// <summary>The columns of a panel of <see cref="AddScaledRows"/>, two registers.</summary>
    public static int PanelColumns => 2 * TLanes.Count;

    /// <summary><c>sums[c, k] = Σ_i scales[c · scaleStride + i] · panel[i, k]</c> for the columns of one panel.</summary>
    /// <param name="panel">The rows, <see cref="PanelColumns"/> numbers each.</param>
    /// <param name="scales">The coefficients of the rows, class after class.</param>
    /// <param name="sums">The sums, class after class.</param>
    /// <param name="scaleStride">The distance of two classes in the coefficients.</param>
    /// <param name="classes">The number of classes.</param>
    public static void AddScaledRows(
        ReadOnlySpan<float> panel, ReadOnlySpan<float> scales, Span<float> sums, int scaleStride, int classes)
    {
        int c = 0;
        for (; TLanes.HasManyRegisters && c + 8 <= classes; c += 8)
            EightScaled(panel, scales[(c * scaleStride)..], sums[(c * PanelColumns)..], scaleStride);
        for (; c + 4 <= classes; c += 4)
            FourScaled(panel, scales[(c * scaleStride)..], sums[(c * PanelColumns)..], scaleStride);
        for (; c < classes; c++)
            OneScaled(panel, scales[(c * scaleStride)..], sums[(c * PanelColumns)..]);
    }

    /// <summary>As <see cref="FourScaled"/>, for processors that can hold sixteen sums in registers.</summary>
    private static void EightScaled(ReadOnlySpan<float> panel, ReadOnlySpan<float> scales, Span<float> sums, int stride)
    {
        ref float x = ref MemoryMarshal.GetReference(panel);
        ref float s = ref MemoryMarshal.GetReference(scales);
        nuint count = (nuint)(panel.Length / PanelColumns);
        nuint second = (nuint)TLanes.Count;
        nuint width = 2 * second;
        nuint distance = (nuint)stride;
        var a0 = TLanes.Zero;
        var a1 = a0;
        var a2 = a0;
        var a3 = a0;
        var a4 = a0;
        var a5 = a0;
        var a6 = a0;
        var a7 = a0;
        var b0 = a0;
        var b1 = a0;
        var b2 = a0;
        var b3 = a0;
        var b4 = a0;
        var b5 = a0;
        var b6 = a0;
        var b7 = a0;
        for (nuint i = 0; i < count; i++)
        {
            var left = TLanes.Load(ref x, i * width);
            var right = TLanes.Load(ref x, (i * width) + second);
            var scale = TLanes.Broadcast(Unsafe.Add(ref s, i));
            a0 = TLanes.MultiplyAdd(scale, left, a0);
            b0 = TLanes.MultiplyAdd(scale, right, b0);
            scale = TLanes.Broadcast(Unsafe.Add(ref s, distance + i));
            a1 = TLanes.MultiplyAdd(scale, left, a1);
            b1 = TLanes.MultiplyAdd(scale, right, b1);
            scale = TLanes.Broadcast(Unsafe.Add(ref s, (2 * distance) + i));
            a2 = TLanes.MultiplyAdd(scale, left, a2);
            b2 = TLanes.MultiplyAdd(scale, right, b2);
            scale = TLanes.Broadcast(Unsafe.Add(ref s, (3 * distance) + i));
            a3 = TLanes.MultiplyAdd(scale, left, a3);
            b3 = TLanes.MultiplyAdd(scale, right, b3);
            scale = TLanes.Broadcast(Unsafe.Add(ref s, (4 * distance) + i));
            a4 = TLanes.MultiplyAdd(scale, left, a4);
            b4 = TLanes.MultiplyAdd(scale, right, b4);
            scale = TLanes.Broadcast(Unsafe.Add(ref s, (5 * distance) + i));
            a5 = TLanes.MultiplyAdd(scale, left, a5);
            b5 = TLanes.MultiplyAdd(scale, right, b5);
            scale = TLanes.Broadcast(Unsafe.Add(ref s, (6 * distance) + i));
            a6 = TLanes.MultiplyAdd(scale, left, a6);
            b6 = TLanes.MultiplyAdd(scale, right, b6);
            scale = TLanes.Broadcast(Unsafe.Add(ref s, (7 * distance) + i));
            a7 = TLanes.MultiplyAdd(scale, left, a7);
            b7 = TLanes.MultiplyAdd(scale, right, b7);
        }

        ref float target = ref MemoryMarshal.GetReference(sums[..(8 * PanelColumns)]);
        TLanes.Store(a0, ref target, 0);
        TLanes.Store(b0, ref target, second);
        TLanes.Store(a1, ref target, width);
        TLanes.Store(b1, ref target, width + second);
        TLanes.Store(a2, ref target, 2 * width);
        TLanes.Store(b2, ref target, (2 * width) + second);
        TLanes.Store(a3, ref target, 3 * width);
        TLanes.Store(b3, ref target, (3 * width) + second);
        TLanes.Store(a4, ref target, 4 * width);
        TLanes.Store(b4, ref target, (4 * width) + second);
        TLanes.Store(a5, ref target, 5 * width);
        TLanes.Store(b5, ref target, (5 * width) + second);
        TLanes.Store(a6, ref target, 6 * width);
        TLanes.Store(b6, ref target, (6 * width) + second);
        TLanes.Store(a7, ref target, 7 * width);
        TLanes.Store(b7, ref target, (7 * width) + second);
    }

    private static void FourScaled(ReadOnlySpan<float> panel, ReadOnlySpan<float> scales, Span<float> sums, int stride)
    {
        ref float x = ref MemoryMarshal.GetReference(panel);
        ref float s = ref MemoryMarshal.GetReference(scales);
        nuint count = (nuint)(panel.Length / PanelColumns);
        nuint second = (nuint)TLanes.Count;
        nuint width = 2 * second;
        nuint distance = (nuint)stride;
        var a0 = TLanes.Zero;
        var a1 = a0;
        var a2 = a0;
        var a3 = a0;
        var b0 = a0;
        var b1 = a0;
        var b2 = a0;
        var b3 = a0;
        for (nuint i = 0; i < count; i++)
        {
            var left = TLanes.Load(ref x, i * width);
            var right = TLanes.Load(ref x, (i * width) + second);
            var scale = TLanes.Broadcast(Unsafe.Add(ref s, i));
            a0 = TLanes.MultiplyAdd(scale, left, a0);
            b0 = TLanes.MultiplyAdd(scale, right, b0);
            scale = TLanes.Broadcast(Unsafe.Add(ref s, distance + i));
            a1 = TLanes.MultiplyAdd(scale, left, a1);
            b1 = TLanes.MultiplyAdd(scale, right, b1);
            scale = TLanes.Broadcast(Unsafe.Add(ref s, (2 * distance) + i));
            a2 = TLanes.MultiplyAdd(scale, left, a2);
            b2 = TLanes.MultiplyAdd(scale, right, b2);
            scale = TLanes.Broadcast(Unsafe.Add(ref s, (3 * distance) + i));
            a3 = TLanes.MultiplyAdd(scale, left, a3);
            b3 = TLanes.MultiplyAdd(scale, right, b3);
        }

        ref float target = ref MemoryMarshal.GetReference(sums[..(4 * PanelColumns)]);
        TLanes.Store(a0, ref target, 0);
        TLanes.Store(b0, ref target, second);
        TLanes.Store(a1, ref target, width);
        TLanes.Store(b1, ref target, width + second);
        TLanes.Store(a2, ref target, 2 * width);
        TLanes.Store(b2, ref target, (2 * width) + second);
        TLanes.Store(a3, ref target, 3 * width);
        TLanes.Store(b3, ref target, (3 * width) + second);
    }

    private static void OneScaled(ReadOnlySpan<float> panel, ReadOnlySpan<float> scales, Span<float> sums)
    {
        ref float x = ref MemoryMarshal.GetReference(panel);
        int count = panel.Length / PanelColumns;
        var left = TLanes.Zero;
        var right = left;
        for (int i = 0; i < count; i++)
        {
            var scale = TLanes.Broadcast(scales[i]);
            left = TLanes.MultiplyAdd(scale, TLanes.Load(ref x, (nuint)(i * PanelColumns)), left);
            right = TLanes.MultiplyAdd(scale, TLanes.Load(ref x, (nuint)((i * PanelColumns) + TLanes.Count)), right);
        }

        ref float target = ref MemoryMarshal.GetReference(sums[..PanelColumns]);
        TLanes.Store(left, ref target, 0);
        TLanes.Store(right, ref target, (nuint)TLanes.Count);
    }
}
