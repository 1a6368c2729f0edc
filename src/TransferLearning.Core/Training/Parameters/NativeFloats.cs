using System.Buffers;
using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>
/// Floats in native memory, zero at first, that start at a cache line. The system gives a page of it only when it is written, and takes all
/// back at once when this is disposed: weights of which several copies exist would otherwise stay until a full collection.
/// </summary>
internal sealed unsafe class NativeFloats : MemoryManager<float>
{
    private readonly int _length;
    private void* _block;
    private float* _first;

    /// <param name="length">The number of floats, 0 or more.</param>
    /// <param name="shift">The cache lines that are left out before the first one.</param>
    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    public NativeFloats(int length, int shift = 0)
    {
        const nuint alignment = ParameterStore.Alignment * sizeof(float);
        _length = length;

        // Memory from calloc is zero without being written, which an allocation that is aligned by the system is not.
        _block = NativeMemory.AllocZeroed(((nuint)length * sizeof(float)) + (((nuint)shift + 1) * alignment));
        _first = (float*)((((nuint)_block + alignment - 1) / alignment * alignment) + ((nuint)shift * alignment));
    }

    /// <exception cref="ObjectDisposedException">The memory went back.</exception>
    public override Span<float> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_block is null, this);
        return new Span<float>(_first, _length);
    }

    /// <exception cref="ObjectDisposedException">The memory went back.</exception>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_block is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_length, nameof(elementIndex));
        return new MemoryHandle(_first + elementIndex);
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        NativeMemory.Free(_block);
        _block = _first = null;
    }
}
