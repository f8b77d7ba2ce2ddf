"""Which demuxers, protocols and decoders may touch a film that a stranger made?"""

DECODERS = (
    "h264,hevc,vp8,vp9,libvpx-vp9,av1,libdav1d,mpeg4,mpeg2video,mpeg1video,h263,h263p,mjpeg,prores,dnxhd,dvvideo,"
    "msmpeg4,msmpeg4v2,theora,ffv1,rawvideo,qtrle,v210,svq3,"
    "aac,aac_latm,mp3,mp3float,mp2,mp2float,ac3,eac3,dca,truehd,opus,libopus,vorbis,flac,alac,amrnb,amrwb,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_u8,pcm_s8,pcm_f32le,pcm_f32be,pcm_f64le,"
    "pcm_alaw,pcm_mulaw,pcm_bluray,pcm_dvd,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms"
)
PROTOCOLS = "file"


def demuxer_options(demuxer: str) -> dict[str, str]:
    """Return the options that keep a demuxer from opening anything but the one file it is given."""
    return {"format_whitelist": demuxer, "protocol_whitelist": PROTOCOLS, "codec_whitelist": DECODERS}
