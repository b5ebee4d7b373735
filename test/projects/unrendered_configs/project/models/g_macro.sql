{{ m_config() }}select 1 as id
