//! The `termios` module: settings of terminals.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Raised, bytes, errors, exceptions, int, list, method, module, object, raise,
    sequence, str, tuple,
};

use crate::host;

const CONSTANTS: &[(&str, i64)] = &[
    ("B0", 0),
    ("B1000000", 1000000),
    ("B110", 110),
    ("B115200", 115200),
    ("B1152000", 1152000),
    ("B1200", 1200),
    ("B134", 134),
    ("B14400", 14400),
    ("B150", 150),
    ("B1500000", 1500000),
    ("B1800", 1800),
    ("B19200", 19200),
    ("B200", 200),
    ("B2000000", 2000000),
    ("B230400", 230400),
    ("B2400", 2400),
    ("B2500000", 2500000),
    ("B28800", 28800),
    ("B300", 300),
    ("B3000000", 3000000),
    ("B3500000", 3500000),
    ("B38400", 38400),
    ("B4000000", 4000000),
    ("B460800", 460800),
    ("B4800", 4800),
    ("B50", 50),
    ("B500000", 500000),
    ("B57600", 57600),
    ("B576000", 576000),
    ("B600", 600),
    ("B7200", 7200),
    ("B75", 75),
    ("B76800", 76800),
    ("B921600", 921600),
    ("B9600", 9600),
    ("BRKINT", 2),
    ("BS0", 0),
    ("BS1", 8192),
    ("BSDLY", 8192),
    ("CBAUD", 4111),
    ("CBAUDEX", 4096),
    ("CDSUSP", 25),
    ("CEOF", 4),
    ("CEOL", 0),
    ("CEOT", 4),
    ("CERASE", 127),
    ("CFLUSH", 15),
    ("CIBAUD", 269418496),
    ("CINTR", 3),
    ("CKILL", 21),
    ("CLNEXT", 22),
    ("CLOCAL", 2048),
    ("CQUIT", 28),
    ("CR0", 0),
    ("CR1", 512),
    ("CR2", 1024),
    ("CR3", 1536),
    ("CRDLY", 1536),
    ("CREAD", 128),
    ("CRPRNT", 18),
    ("CRTSCTS", 2147483648),
    ("CS5", 0),
    ("CS6", 16),
    ("CS7", 32),
    ("CS8", 48),
    ("CSIZE", 48),
    ("CSTART", 17),
    ("CSTOP", 19),
    ("CSTOPB", 64),
    ("CSUSP", 26),
    ("CWERASE", 23),
    ("ECHO", 8),
    ("ECHOCTL", 512),
    ("ECHOE", 16),
    ("ECHOK", 32),
    ("ECHOKE", 2048),
    ("ECHONL", 64),
    ("ECHOPRT", 1024),
    ("EXTA", 19200),
    ("EXTB", 38400),
    ("EXTPROC", 65536),
    ("FF0", 0),
    ("FF1", 32768),
    ("FFDLY", 32768),
    ("FIOASYNC", 21586),
    ("FIOCLEX", 21585),
    ("FIONBIO", 21537),
    ("FIONCLEX", 21584),
    ("FIONREAD", 21531),
    ("FLUSHO", 4096),
    ("HUPCL", 1024),
    ("IBSHIFT", 16),
    ("ICANON", 2),
    ("ICRNL", 256),
    ("IEXTEN", 32768),
    ("IGNBRK", 1),
    ("IGNCR", 128),
    ("IGNPAR", 4),
    ("IMAXBEL", 8192),
    ("INLCR", 64),
    ("INPCK", 16),
    ("IOCSIZE_MASK", 1073676288),
    ("IOCSIZE_SHIFT", 16),
    ("ISIG", 1),
    ("ISTRIP", 32),
    ("IUCLC", 512),
    ("IUTF8", 16384),
    ("IXANY", 2048),
    ("IXOFF", 4096),
    ("IXON", 1024),
    ("NCCS", 32),
    ("NL0", 0),
    ("NL1", 256),
    ("NLDLY", 256),
    ("NOFLSH", 128),
    ("N_MOUSE", 2),
    ("N_PPP", 3),
    ("N_SLIP", 1),
    ("N_STRIP", 4),
    ("N_TTY", 0),
    ("OCRNL", 8),
    ("OFDEL", 128),
    ("OFILL", 64),
    ("OLCUC", 2),
    ("ONLCR", 4),
    ("ONLRET", 32),
    ("ONOCR", 16),
    ("OPOST", 1),
    ("PARENB", 256),
    ("PARMRK", 8),
    ("PARODD", 512),
    ("PENDIN", 16384),
    ("TAB0", 0),
    ("TAB1", 2048),
    ("TAB2", 4096),
    ("TAB3", 6144),
    ("TABDLY", 6144),
    ("TCFLSH", 21515),
    ("TCGETS", 21505),
    ("TCIFLUSH", 0),
    ("TCIOFF", 2),
    ("TCIOFLUSH", 2),
    ("TCION", 3),
    ("TCOFLUSH", 1),
    ("TCOOFF", 0),
    ("TCOON", 1),
    ("TCSADRAIN", 1),
    ("TCSAFLUSH", 2),
    ("TCSANOW", 0),
    ("TCSBRK", 21513),
    ("TCSBRKP", 21541),
    ("TCSETS", 21506),
    ("TCSETSF", 21508),
    ("TCSETSW", 21507),
    ("TCXONC", 21514),
    ("TIOCCONS", 21533),
    ("TIOCEXCL", 21516),
    ("TIOCGETD", 21540),
    ("TIOCGICOUNT", 21597),
    ("TIOCGLCKTRMIOS", 21590),
    ("TIOCGPGRP", 21519),
    ("TIOCGSERIAL", 21534),
    ("TIOCGSOFTCAR", 21529),
    ("TIOCGWINSZ", 21523),
    ("TIOCINQ", 21531),
    ("TIOCLINUX", 21532),
    ("TIOCMBIC", 21527),
    ("TIOCMBIS", 21526),
    ("TIOCMGET", 21525),
    ("TIOCMIWAIT", 21596),
    ("TIOCMSET", 21528),
    ("TIOCM_CAR", 64),
    ("TIOCM_CD", 64),
    ("TIOCM_CTS", 32),
    ("TIOCM_DSR", 256),
    ("TIOCM_DTR", 2),
    ("TIOCM_LE", 1),
    ("TIOCM_RI", 128),
    ("TIOCM_RNG", 128),
    ("TIOCM_RTS", 4),
    ("TIOCM_SR", 16),
    ("TIOCM_ST", 8),
    ("TIOCNOTTY", 21538),
    ("TIOCNXCL", 21517),
    ("TIOCOUTQ", 21521),
    ("TIOCPKT", 21536),
    ("TIOCPKT_DATA", 0),
    ("TIOCPKT_DOSTOP", 32),
    ("TIOCPKT_FLUSHREAD", 1),
    ("TIOCPKT_FLUSHWRITE", 2),
    ("TIOCPKT_NOSTOP", 16),
    ("TIOCPKT_START", 8),
    ("TIOCPKT_STOP", 4),
    ("TIOCSCTTY", 21518),
    ("TIOCSERCONFIG", 21587),
    ("TIOCSERGETLSR", 21593),
    ("TIOCSERGETMULTI", 21594),
    ("TIOCSERGSTRUCT", 21592),
    ("TIOCSERGWILD", 21588),
    ("TIOCSERSETMULTI", 21595),
    ("TIOCSERSWILD", 21589),
    ("TIOCSER_TEMT", 1),
    ("TIOCSETD", 21539),
    ("TIOCSLCKTRMIOS", 21591),
    ("TIOCSPGRP", 21520),
    ("TIOCSSERIAL", 21535),
    ("TIOCSSOFTCAR", 21530),
    ("TIOCSTI", 21522),
    ("TIOCSWINSZ", 21524),
    ("TOSTOP", 256),
    ("VDISCARD", 13),
    ("VEOF", 4),
    ("VEOL", 11),
    ("VEOL2", 16),
    ("VERASE", 2),
    ("VINTR", 0),
    ("VKILL", 3),
    ("VLNEXT", 15),
    ("VMIN", 6),
    ("VQUIT", 1),
    ("VREPRINT", 12),
    ("VSTART", 8),
    ("VSTOP", 9),
    ("VSUSP", 10),
    ("VSWTC", 7),
    ("VSWTCH", 7),
    ("VT0", 0),
    ("VT1", 16384),
    ("VTDLY", 16384),
    ("VTIME", 5),
    ("VWERASE", 14),
    ("XCASE", 4),
    ("XTABS", 6144),
    ("_POSIX_VDISABLE", 0),
];

/// Raises the module's `error` with errno and message.
fn terminal_error(module: Op<'_>) -> Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    let raise = || -> PyResult<Raised> {
        let class = object::get_attr_str(module, "error")?;
        let message = str::from_str(&exceptions::error_message(errno))?;
        let args = tuple::pack(&[int::from_i64(errno.into())?.op(), message.op()])?;
        Ok(errors::set_object(class.op(), args.op()))
    };
    raise().unwrap_or_else(|raised| raised)
}

fn checked(module: Op<'_>, result: i32) -> PyResult<()> {
    if result == -1 { Err(terminal_error(module)) } else { Ok(()) }
}

fn read_attributes(module: Op<'_>, fd: i32) -> PyResult<libc::termios> {
    // SAFETY: plain data, which the call fills.
    unsafe {
        let mut mode: libc::termios = core::mem::zeroed();
        checked(module, libc::tcgetattr(fd, &raw mut mode))?;
        Ok(mode)
    }
}

fn tcgetattr(module: Op<'_>, fd: Op<'_>) -> PyResult<Owned<PyListObject>> {
    let mode = read_attributes(module, host::file_descriptor(fd)?)?;
    // SAFETY: a filled struct.
    let (input_speed, output_speed) = unsafe { (libc::cfgetispeed(&mode), libc::cfgetospeed(&mode)) };
    let mut characters: Vec<Object> =
        mode.c_cc.iter().map(|byte| Ok(bytes::from_slice(&[*byte])?.into_object())).collect::<PyResult<_>>()?;
    if mode.c_lflag & libc::ICANON == 0 {
        // Then these two are counts.
        for index in [libc::VMIN, libc::VTIME] {
            characters[index] = int::from_i64(mode.c_cc[index].into())?;
        }
    }
    let mut values = Vec::new();
    for flag in [mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag, input_speed, output_speed] {
        values.push(int::from_i64(flag.into())?);
    }
    values.push(list::from_vec(characters)?.into_object());
    list::from_vec(values)
}

fn tcsetattr(module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, when, attributes] = args.exactly::<3>("tcsetattr")?;
    let fd = host::file_descriptor(fd)?;
    let when = int::as_i32(when)?;
    let Some(attributes) = attributes.downcast::<PyListObject>().filter(|it| list::len(*it) == 7) else {
        return Err(raise!(TypeError, "tcsetattr, arg 3: must be 7 element list"));
    };
    let mut mode = read_attributes(module, fd)?;
    let number = |index: usize| -> PyResult<u32> {
        let item = list::get(attributes, index).ok_or_else(errors::bad_argument)?;
        Ok(int::as_u64_mask(item.op())? as u32)
    };
    mode.c_iflag = number(0)?;
    mode.c_oflag = number(1)?;
    mode.c_cflag = number(2)?;
    mode.c_lflag = number(3)?;
    let (input_speed, output_speed) = (number(4)?, number(5)?);
    let characters = list::get(attributes, 6).ok_or_else(errors::bad_argument)?;
    let Some(characters) =
        characters.op().downcast::<PyListObject>().filter(|it| list::len(*it) == libc::NCCS)
    else {
        return Err(raise!(
            TypeError,
            "tcsetattr: attributes[6] must be {} element list",
            libc::NCCS
        ));
    };
    for index in 0..libc::NCCS {
        let item = list::get(characters, index).ok_or_else(errors::bad_argument)?;
        mode.c_cc[index] = if let Some(byte) = item.op().downcast::<PyBytesObject>().filter(|it| bytes::len(*it) == 1)
        {
            bytes::as_slice(byte)[0]
        } else if item.op().is_instance::<PyLongObject>() {
            int::as_i64(item.op())? as u8
        } else {
            return Err(raise!(
                TypeError,
                "tcsetattr: elements of attributes must be characters or integers"
            ));
        };
    }
    // SAFETY: a filled struct, live for the calls.
    unsafe {
        checked(module, libc::cfsetispeed(&raw mut mode, input_speed))?;
        checked(module, libc::cfsetospeed(&raw mut mode, output_speed))?;
        let (status, error) =
            host::blocking(|| (libc::tcsetattr(fd, when, &raw const mode), std::io::Error::last_os_error()));
        if status == -1 {
            *libc::__errno_location() = error.raw_os_error().unwrap_or(0);
            return Err(terminal_error(module));
        }
    }
    Ok(())
}

fn tcsendbreak(module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, duration] = args.exactly::<2>("tcsendbreak")?;
    let (fd, duration) = (host::file_descriptor(fd)?, int::as_i32(duration)?);
    // SAFETY: has no conditions.
    checked(module, unsafe { libc::tcsendbreak(fd, duration) })
}

fn tcdrain(module: Op<'_>, fd: Op<'_>) -> PyResult<()> {
    let fd = host::file_descriptor(fd)?;
    // SAFETY: has no conditions.
    checked(module, unsafe { libc::tcdrain(fd) })
}

fn tcflush(module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, queue] = args.exactly::<2>("tcflush")?;
    let (fd, queue) = (host::file_descriptor(fd)?, int::as_i32(queue)?);
    // SAFETY: has no conditions.
    checked(module, unsafe { libc::tcflush(fd, queue) })
}

fn tcflow(module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, action] = args.exactly::<2>("tcflow")?;
    let (fd, action) = (host::file_descriptor(fd)?, int::as_i32(action)?);
    // SAFETY: has no conditions.
    checked(module, unsafe { libc::tcflow(fd, action) })
}

fn tcgetwinsize(module: Op<'_>, fd: Op<'_>) -> PyResult {
    let fd = host::file_descriptor(fd)?;
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the struct is writable.
    checked(module, unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size) })?;
    tuple::from_vec(vec![int::from_i64(size.ws_row.into())?, int::from_i64(size.ws_col.into())?])
}

fn tcsetwinsize(module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, wanted] = args.exactly::<2>("tcsetwinsize")?;
    let fd = host::file_descriptor(fd)?;
    let complain = || raise!(TypeError, "tcsetwinsize, arg 2: must be a two-item sequence");
    if !sequence::check(wanted) || object::len(wanted)? != 2 {
        return Err(complain());
    }
    let number = |index| -> PyResult<u16> {
        let item = sequence::get_item(wanted, index)?;
        u16::try_from(int::as_i64(item.op())?)
            .map_err(|_| raise!(OverflowError, "winsize value(s) out of range."))
    };
    let (rows, columns) = (number(0)?, number(1)?);
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the struct is live for the calls.
    unsafe {
        checked(module, libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size))?;
        size.ws_row = rows;
        size.ws_col = columns;
        checked(module, libc::ioctl(fd, libc::TIOCSWINSZ, &raw const size))
    }
}

static FUNCTIONS: [PyMethodDef; 9] = [
    method::o(c"tcgetattr", tcgetattr, c"tcgetattr($module, fd, /)\n--\n\nReturn the attributes of a terminal: [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]."),
    method::positional(c"tcsetattr", tcsetattr, c"tcsetattr($module, fd, when, attributes, /)\n--\n\nSet the attributes of a terminal."),
    method::positional(c"tcsendbreak", tcsendbreak, c"tcsendbreak($module, fd, duration, /)\n--\n\nSend a break."),
    method::o(c"tcdrain", tcdrain, c"tcdrain($module, fd, /)\n--\n\nWait until all output has been sent."),
    method::positional(c"tcflush", tcflush, c"tcflush($module, fd, queue, /)\n--\n\nDrop what is queued."),
    method::positional(c"tcflow", tcflow, c"tcflow($module, fd, action, /)\n--\n\nStop or go on with input or output."),
    method::o(c"tcgetwinsize", tcgetwinsize, c"tcgetwinsize($module, fd, /)\n--\n\nReturn the size of a terminal: (rows, columns)."),
    method::positional(c"tcsetwinsize", tcsetwinsize, c"tcsetwinsize($module, fd, winsize, /)\n--\n\nSet the size of a terminal."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result: Object = host::new_module("termios", "Settings of terminals.", &FUNCTIONS)?;
    host::add_constants(result.op(), CONSTANTS)?;
    let error = exceptions::new_class("termios.error", None, None)?;
    module::add_object(result.op(), "error", error.op())?;
    Ok(result)
}
